-- Flyttnetto 20–29 år per 1 000 i åldern.
-- grain: region, year, sex
-- net migration aged 20–29 / population aged 20–29 at the end of the year
-- before × 1 000; moves abroad are in it
select
    flow.region,
    flow.year,
    flow.period,
    flow.sex,
    ratio(flow.value, before.value) * 1000 as value,
    flow.value as numerator,
    before.value as denominator,
    ratio_status(flow.status, coalesce(before.status, 'O'), before.value) as status,
    case when flow.perturbed or before.perturbed then ['perturbed'] else [] end as flags
from core.migration_20_29 as flow
left join core.population as before
    on before.region = flow.region
    and before.sex = flow.sex
    and before.age = '20-29'
    and before.year = flow.year - 1
