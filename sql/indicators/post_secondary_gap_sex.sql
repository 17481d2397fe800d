-- Andel med eftergymnasial utbildning 25–64 år: kvinnor minus män, i procentenheter.
-- grain: region, year, sex
-- From unrounded shares; rounded once, at display (catalogue 7.28).
-- denominator is the smaller of the two populations, for the floor.
with shares as (
    select
        region,
        year,
        period,
        sex,
        ratio(post_secondary, population) * 100 as share,
        population,
        ratio_status(status, status, population) as status
    from core.education
    where sex in ('women', 'men')
)
select
    region,
    year,
    any_value(period) as period,
    'total' as sex,
    max(share) filter (where sex = 'women') - max(share) filter (where sex = 'men') as value,
    null::double as numerator,
    min(population) as denominator,
    status_of(status, 2) as status
from shares
group by region, year
