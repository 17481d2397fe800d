-- Antal kvinnor per 100 män, 20–39 år.
-- grain: region, year, sex
-- women 20–39 / men 20–39 × 100
with sexes as (
    select
        region,
        year,
        any_value(period) as period,
        max(value) filter (where sex = 'women') as women,
        max(value) filter (where sex = 'men') as men,
        status_of(status, 2) as status,
        bool_or(perturbed) as perturbed
    from core.population
    where age = '20-39' and sex in ('women', 'men')
    group by region, year
)
select
    region,
    year,
    period,
    'total' as sex,
    ratio(women, men) * 100 as value,
    women as numerator,
    men as denominator,
    ratio_status(status, status, men) as status,
    case when perturbed then ['perturbed'] else [] end as flags
from sexes
