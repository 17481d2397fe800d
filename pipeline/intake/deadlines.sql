-- Vad som ska lämnas, av vem och när: rapporter som saknas, utvärderingsfrågor utan svar och återrapporteringen.
-- grain: what, whose
-- now is the moment in UTC, report_back the month and day of the report-back to
-- the government, as "02-21", and reporter the function that writes it. Reports
-- are those that are missing in the rounds of the last year, and of the next round
-- those that will be asked for.
with report_back as (
    select min(day) as due
    from (
        select try_strptime(year || '-' || getvariable('report_back'), '%Y-%m-%d')::date as day
        from range(year(getvariable('now')), year(getvariable('now')) + 2) as years(year)
    )
    where day >= getvariable('now')::date
),
ahead as (select min(opens) as opens from reporting where opens > getvariable('now')),
report as (
    select
        1 as kind,
        reporting.opens,
        case
            when reporting.opens > getvariable('now') then format('rapport {}: {} insatser, öppnar {}', round, efforts, reporting.opens::varchar)
            else format('rapport {}: {} av {} insatser saknas', round, len(waiting), efforts)
        end as what,
        unit as whose,
        due
    from reporting
    cross join ahead
    where
        len(waiting) > 0
        and due >= getvariable('now') - interval 1 year
        and (reporting.opens <= getvariable('now') or reporting.opens = ahead.opens)
),
answer as (
    select
        2 as kind,
        min(question.question) as first_question,
        format('svar på utvärderingsfråga {} för {}', string_agg(question.question, ', ' order by question.question), year(report_back.due) - 1) as what,
        question.who as whose,
        report_back.due
    from config.question as question
    cross join report_back
    where not exists (from core.answer where question = question.question and year = year(report_back.due) - 1)
    group by question.who, report_back.due
),
due as (
    select kind, what, whose, due, opens, null as first_question from report
    union all by name
    select * from answer
    union all by name
    select
        3 as kind,
        format('återrapportering till regeringen om {}', year(due) - 1) as what,
        getvariable('reporter') as whose,
        due
    from report_back
)
select
    what,
    whose,
    due::varchar as due,
    date_diff('day', getvariable('now')::date, due) as days
from due
where due is not null
order by due.due, kind, opens desc, first_question, whose
