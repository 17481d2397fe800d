-- Sysselsättningsgrad 20–64 år: kvinnor minus män, i procentenheter.
-- grain: region, year, sex
-- From unrounded rates of final counts; rounded once, at display (catalogue 7.28).
-- The preliminary year has only rounded rates and is left out.
-- denominator is the smaller of the two populations, for the floor.
with rates as (
    select
        region,
        year,
        period,
        sex,
        ratio(employed, population) * 100 as rate,
        population,
        ratio_status(status, status, population) as status
    from core.employment
    where birth = 'total' and sex in ('women', 'men')
)
select
    region,
    year,
    any_value(period) as period,
    'total' as sex,
    max(rate) filter (where sex = 'women') - max(rate) filter (where sex = 'men') as value,
    null::double as numerator,
    min(population) as denominator,
    status_of(status, 2) as status
from rates
group by region, year
