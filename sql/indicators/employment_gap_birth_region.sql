-- Sysselsättningsgrad 20–64 år: inrikes födda minus utrikes födda, i procentenheter.
-- grain: region, year, sex
-- From unrounded rates; rounded once, at display (catalogue 7.28).
-- denominator is the smaller of the two populations, for the floor.
with rates as (
    select
        region,
        year,
        period,
        sex,
        birth,
        ratio(employed, population) * 100 as rate,
        population,
        ratio_status(status, status, population) as status
    from core.employment
    where birth in ('domestic', 'foreign')
)
select
    region,
    year,
    any_value(period) as period,
    sex,
    max(rate) filter (where birth = 'domestic') - max(rate) filter (where birth = 'foreign') as value,
    null::double as numerator,
    min(population) as denominator,
    status_of(status, 2) as status
from rates
group by region, year, sex
