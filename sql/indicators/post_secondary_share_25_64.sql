-- Andel av befolkningen 25–64 år med eftergymnasial utbildning.
-- grain: region, year, sex
-- levels 5, 6 and 7 / all levels with unknown (US) × 100
select
    region,
    year,
    period,
    sex,
    ratio(post_secondary, population) * 100 as value,
    post_secondary as numerator,
    population as denominator,
    ratio_status(status, status, population) as status
from core.education
