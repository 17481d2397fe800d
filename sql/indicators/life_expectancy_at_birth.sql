-- Återstående medellivslängd vid födseln, kvinnor och män var för sig.
-- grain: region, year, sex
-- A window of five years is filed under its last year; no total exists and none
-- is made.
select
    region,
    year,
    any_value(period) as period,
    case kon when '1' then 'men' when '2' then 'women' end as sex,
    sum_of(value, 1) as value,
    null::double as numerator,
    null::double as denominator,
    status_of(cell_status(value, status), 1) as status
from scb.life_expectancy
where kon in ('1', '2') and contents = '000000NH'
group by region, year, kon
