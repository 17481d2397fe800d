-- Sysselsatta och befolkning 20–64 år enligt BAS efter födelseregion, nattbefolkning.
-- grain: region, year, sex, birth
-- TAB3200: 000002NT employed, 000002NU all. The counts are protected, so the
-- published totals by sex and birth are used, never the sum of their parts.
with cells as (
    select region, year, period, kon, alder, fodelseregion, contents, value, status from scb.employment_bas
    union all
    select region, year, period, kon, alder, fodelseregion, contents, value, status from scb.employment_birth_region
)
select
    region,
    year,
    any_value(period) as period,
    case kon when '1' then 'men' when '2' then 'women' when '1+2' then 'total' end as sex,
    case fodelseregion when 'tot' then 'total' when 'in' then 'domestic' when 'ut' then 'foreign' end as birth,
    max(count_value(value, status)) filter (where contents = '000002NT') as employed,
    max(count_value(value, status)) filter (where contents = '000002NU') as population,
    status_of(count_status(value, status), 2) as status
from cells
where kon in ('1', '2', '1+2')
    and alder = '20-64'
    and fodelseregion in ('tot', 'in', 'ut')
    and contents in ('000002NT', '000002NU')
group by region, year, kon, fodelseregion
order by region, year, sex, birth
