-- Utgifter för forskning och utveckling per invånare, kronor.
-- grain: region, year, sex
-- business (N85085) + public sector (N85086) + universities (N85087); with one
-- missing the sum is missing.
select
    region,
    year,
    year::varchar as period,
    'total' as sex,
    sum_of(value, 3) as value,
    null::double as numerator,
    null::double as denominator,
    status_of(status, 3) as status
from core.kolada
where kpi in ('N85085', 'N85086', 'N85087') and sex = 'total'
group by region, year
