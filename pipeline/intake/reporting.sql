-- Hur varje enhet har rapporterat i varje omgång; en omgång utan rapporter har en rad utan enhet.
-- grain: round, unit
with owed as (
    select
        round,
        unit,
        count(*) as efforts,
        count(received) as reported,
        list(effort_id order by effort_id) filter (where received is null) as waiting
    from core.report
    group by round, unit
),
refused as (
    select
        omgang as round,
        inlamnande_enhet as unit,
        count(*) as times
    from outcome.rejected
    group by omgang, inlamnande_enhet
),
unit as (select * from owed full join refused using (round, unit))
select
    rounds.round,
    rounds.opens,
    rounds.due,
    coalesce(unit.unit, '') as unit,
    coalesce(unit.efforts, 0) as efforts,
    coalesce(unit.reported, 0) as reported,
    coalesce(unit.times, 0) as rejected,
    coalesce(unit.waiting, []) as waiting
from config.round as rounds
left join unit using (round)
