-- Folkmängd 31 december.
-- grain: region, year, sex
select
    region,
    year,
    period,
    sex,
    value,
    null::double as numerator,
    null::double as denominator,
    status,
    case when perturbed then ['perturbed'] else [] end as flags
from core.population
where age = 'total'
