-- Bruttoregionprodukt i löpande priser, miljoner kronor, riket och länen.
-- grain: region, year
-- The table also has national areas (RIKS1–8) and what lies outside the regions
-- (90); only core.region's are kept. «-» is no zero of a product.
select
    region,
    year,
    any_value(period) as period,
    sum_of(value, 1) as value,
    status_of(cell_status(value, status), 1) as status
from scb.grp
semi join core.region using (region)
where contents = 'NR0105AH'
group by region, year
order by region, year
