-- Bruttoregionprodukt per invånare i löpande priser, tusen kronor.
-- grain: region, year, sex
-- GRP (mnkr) × 1 000 / mean population = tkr per inhabitant
select
    grp.region,
    grp.year,
    grp.period,
    'total' as sex,
    ratio(grp.value * 1000, mean.value) as value,
    grp.value as numerator,
    mean.value as denominator,
    ratio_status(grp.status, coalesce(mean.status, 'O'), mean.value) as status,
    case when mean.perturbed then ['perturbed'] else [] end as flags
from core.grp as grp
left join core.population_mean as mean
    on mean.region = grp.region and mean.year = grp.year
