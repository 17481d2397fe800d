-- Vem som rapporterat: varje insats i varje öppnad omgång, när rapporten skulle komma, när den kom, och vad som avvisats.
-- grain: round, effort_id
-- An effort owes a report for every half-year in which it runs. A 1:1 project
-- owes progress and final reports; other efforts any report. as_of is when the
-- archive last received anything: what has not come by then is missing if its
-- day has passed, otherwise open.
with now as (
    select greatest(
        (select max(fetched) from ops.dataset),
        (select max(inlast) from outcome.effort),
        (select max(inlast) from outcome.result),
        (select max(inlast) from outcome.rejected)
    ) as as_of
),
owed as (
    select
        rounds.round,
        rounds.opens,
        rounds.due,
        effort.effort_id,
        effort.effort,
        effort.effort_type,
        effort.unit,
        effort.responsible_function,
        case effort.effort_type when 'extern_1_1' then 'läges- eller slutrapport' else 'halvårsrapport' end as owes,
        now.as_of
    from config.round as rounds
    cross join now
    join core.effort as effort
        on effort.effort_status <> 'planerad'
        and effort.start_date <= rounds.last_day
        and coalesce(effort.end_date, rounds.first_day) >= rounds.first_day
    where rounds.opens <= now.as_of
),
-- The day somebody handed in counts, and a correction does not make a report late.
came as (
    select
        result.insats_id as effort_id,
        result.period,
        min(result.inlast) as received,
        min(result.inlamnad_datum) as handed_in
    from outcome.result as result
    join core.effort as effort on effort.effort_id = result.insats_id
    where effort.effort_type <> 'extern_1_1' or result.rapporttyp <> 'halvar'
    group by result.insats_id, result.period
),
refused as (
    select
        omgang as round,
        inlamnande_enhet as unit,
        count(*) as times,
        max(inlast) as last_refused,
        arg_max(skal, inlast) as why
    from outcome.rejected
    group by omgang, inlamnande_enhet
)
select
    owed.round,
    owed.opens,
    owed.due,
    owed.unit as reporting_unit,
    owed.effort_id,
    owed.effort,
    owed.effort_type,
    owed.responsible_function,
    owed.owes,
    came.handed_in,
    came.received,
    case
        when came.handed_in > owed.due then 'late'
        when came.received is not null then 'received'
        when owed.as_of::date > owed.due then 'missing'
        else 'open'
    end as report_state,
    refused.times as refused_times,
    refused.last_refused,
    refused.why as refused_why,
    owed.as_of
from owed
left join came on came.effort_id = owed.effort_id and came.period = owed.round
left join refused on refused.round = owed.round and refused.unit = owed.unit
