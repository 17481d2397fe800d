-- Sysselsättningsgrad 20–64 år: kvinnor minus män, i procentenheter.
-- grain: region, year, sex
-- From unrounded rates; rounded once, at display (catalogue 7.28).
select
    women.region,
    women.year,
    women.period,
    'total' as sex,
    women.value - men.value as value,
    null::double as numerator,
    null::double as denominator,
    worse_status(women.status, coalesce(men.status, 'O')) as status
from indicator.employment_rate_20_64 as women
left join indicator.employment_rate_20_64 as men
    on men.region = women.region and men.year = women.year and men.sex = 'men'
where women.sex = 'women'
