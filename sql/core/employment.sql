-- Sysselsatta och befolkning 20–64 år enligt BAS, nattbefolkning.
-- grain: region, year, sex
-- TAB3200: 000002NT employed, 000002NU all. The counts are protected, so the
-- published total by sex is used, never the sum of women and men.
with cells as (
    select
        region,
        year,
        period,
        case kon when '1' then 'men' when '2' then 'women' when '1+2' then 'total' end as sex,
        contents,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.employment_bas
    where alder = '20-64' and fodelseregion = 'tot'
)
select
    region,
    year,
    any_value(period) as period,
    sex,
    max(value) filter (where contents = '000002NT') as employed,
    max(value) filter (where contents = '000002NU') as population,
    worst_status(status) as status
from cells
where contents in ('000002NT', '000002NU')
group by region, year, sex
order by region, year, sex
