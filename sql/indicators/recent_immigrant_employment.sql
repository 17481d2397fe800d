-- Andel sysselsatta bland utrikes födda med 2–3 års vistelsetid.
-- grain: region, year, sex
-- The data set selects content and group by label. The code of both sexes is not
-- known: it is the one that is neither men's nor women's. Were there two such
-- codes, the total would be missing.
select
    region,
    year,
    any_value(period) as period,
    case kon when '1' then 'men' when '2' then 'women' else 'total' end as sex,
    sum_of(value, 1) as value,
    null::double as numerator,
    null::double as denominator,
    status_of(cell_status(value, status), 1) as status
from scb.newcomer_employment
where utbniv = '000'
group by region, year, sex
