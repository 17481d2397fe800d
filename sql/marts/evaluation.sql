-- Utvärderingsfrågorna per år: vem som ska svara, svaren, skälen och lärdomarna.
-- grain: question, year, effort_id
-- A question that nobody has answered for a year has a row without effort.
with years as (
    select distinct left(round, 4)::integer as year
    from config.round
    where opens <= (select received from config.build)
    union
    select distinct year from core.answer
)
select
    question.question,
    question.domain,
    question.text as question_text,
    question.who as answered_by,
    years.year,
    answer.effort_id,
    effort.effort,
    effort.responsible_function,
    answer.judgement,
    answer.reasons,
    answer.lesson
from config.question as question
cross join years
left join core.answer as answer on answer.question = question.question and answer.year = years.year
left join core.effort as effort on effort.effort_id = answer.effort_id
