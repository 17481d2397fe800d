-- Andel laddbara personbilar i trafik 31 december.
-- grain: region, year, sex
-- electric cars (N07945) + plug-in hybrids (N07947), both in per cent of all cars
select
    region,
    year,
    year::varchar as period,
    'total' as sex,
    sum_of(value, 2) as value,
    null::double as numerator,
    null::double as denominator,
    status_of(status, 2) as status
from core.kolada
where kpi in ('N07945', 'N07947') and sex = 'total'
group by region, year
