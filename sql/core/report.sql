-- Rapporterna som ska lämnas: varje insats i varje omgång då den pågår, när rapporten kom, och vad som avvisats.
-- grain: round, effort_id
-- An effort owes a report for every half-year in which it runs, unless it is
-- only planned. A 1:1 project owes progress and final reports; other efforts any
-- report. The day somebody handed in counts, and a correction does not make a
-- report late.
with owed as (
    select
        rounds.round,
        rounds.opens,
        rounds.due,
        effort.effort_id,
        effort.unit,
        effort.effort_type = 'extern_1_1' as is_project
    from config.round as rounds
    join core.effort as effort
        on effort.effort_status <> 'planerad'
        and effort.start_date <= rounds.last_day
        and coalesce(effort.end_date, rounds.first_day) >= rounds.first_day
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
),
came as (
    select
        owed.round,
        owed.effort_id,
        min(result.inlast) as received,
        min(result.inlamnad_datum) as handed_in
    from owed
    join outcome.result as result on result.insats_id = owed.effort_id and result.period = owed.round
    where not owed.is_project or result.rapporttyp <> 'halvar'
    group by owed.round, owed.effort_id
)
select
    owed.round,
    owed.opens,
    owed.due,
    owed.effort_id,
    owed.unit,
    case when owed.is_project then 'läges- eller slutrapport' else 'halvårsrapport' end as owes,
    came.handed_in,
    came.received,
    refused.times as refused_times,
    refused.last_refused,
    refused.why as refused_why
from owed
left join came using (round, effort_id)
left join refused on refused.round = owed.round and refused.unit = owed.unit
