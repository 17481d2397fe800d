-- Antal 0–19 år och 65 år eller äldre per 100 personer 20–64 år.
-- grain: region, year, sex
-- (pop 0–19 + pop 65+) / pop 20–64 × 100
with ages as (
    select
        region,
        year,
        any_value(period) as period,
        max(value) filter (where age = '0-19') as young,
        max(value) filter (where age = '20-64') as working,
        max(value) filter (where age = '65+') as old,
        status_of(status, 3) as status,
        bool_or(perturbed) as perturbed
    from core.population
    where sex = 'total' and age in ('0-19', '20-64', '65+')
    group by region, year
)
select
    region,
    year,
    period,
    'total' as sex,
    ratio(young + old, working) * 100 as value,
    young + old as numerator,
    working as denominator,
    ratio_status(status, status, working) as status,
    case when perturbed then ['perturbed'] else [] end as flags
from ages
