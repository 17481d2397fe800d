-- Andel sysselsatta av befolkningen 20–64 år.
-- grain: region, year, sex
-- employed / population × 100 from BAS counts
select
    region,
    year,
    period,
    sex,
    ratio(employed, population) * 100 as value,
    employed as numerator,
    population as denominator,
    ratio_status(status, status, population) as status
from core.employment
