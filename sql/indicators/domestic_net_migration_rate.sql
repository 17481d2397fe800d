-- Inrikes flyttnetto per 1 000 invånare.
-- grain: region, year, sex
-- (all net migration − net immigration) / mean population × 1 000; the domestic
-- part is not published in this table
with flows as (
    select
        region,
        year,
        any_value(period) as period,
        max(value) filter (where component = 'migration') - max(value) filter (where component = 'migration_abroad') as value,
        status_of(status, 2) as status,
        bool_or(perturbed) as perturbed
    from core.population_change
    where component in ('migration', 'migration_abroad')
    group by region, year
)
select
    flow.region,
    flow.year,
    flow.period,
    'total' as sex,
    ratio(flow.value, mean.value) * 1000 as value,
    flow.value as numerator,
    mean.value as denominator,
    ratio_status(flow.status, coalesce(mean.status, 'O'), mean.value) as status,
    case when flow.perturbed or mean.perturbed then ['perturbed'] else [] end as flags
from flows as flow
left join core.population_mean as mean
    on mean.region = flow.region and mean.year = flow.year
