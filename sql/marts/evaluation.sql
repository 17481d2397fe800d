-- Utvärderingsfrågorna per år: vem som ska svara, svaren, skälen och lärdomarna.
-- grain: question, year, effort_id
-- A question that nobody has answered for a year has a row without effort.
with years as (
    select distinct left(round, 4)::integer as year
    from config.round
    where opens <= greatest((select max(fetched) from ops.dataset), (select max(inlast) from outcome.effort))
    union
    select distinct ar::integer from outcome.answer
),
answers as (
    select * from outcome.answer where ersatt_av is null
)
select
    question.question,
    question.domain,
    question.text as question_text,
    question.who as answered_by,
    years.year,
    answers.insats_id as effort_id,
    effort.effort,
    effort.responsible_function,
    answers.bedomning as judgement,
    answers.motivering as reasons,
    answers.lardom as lesson
from config.question as question
cross join years
left join answers on answers.fraga = question.question and answers.ar = years.year
left join core.effort as effort on effort.effort_id = answers.insats_id
