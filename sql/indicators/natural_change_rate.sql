-- Födelsenetto per 1 000 invånare.
-- grain: region, year, sex
-- births less deaths / mean population × 1 000
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
from core.population_change as flow
left join core.population_mean as mean
    on mean.region = flow.region and mean.year = flow.year
where flow.component = 'natural'
