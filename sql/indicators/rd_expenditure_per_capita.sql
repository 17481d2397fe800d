-- Utgifter för forskning och utveckling per invånare, kronor.
-- grain: region, year, sex
-- business (N85085) + public sector (N85086) + universities (N85087); with one
-- missing the sum is missing. In one order, so that
-- the last digit is the same every time.
select
    region,
    year,
    year::varchar as period,
    'total' as sex,
    case when count(value) = 3 and count(*) = 3 then sum(value order by kpi) end as value,
    null::double as numerator,
    null::double as denominator,
    status_of(status, 3) as status
from core.kolada
where kpi in ('N85085', 'N85086', 'N85087') and sex = 'total'
group by region, year
