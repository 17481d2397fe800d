-- Andel arbetslösa av arbetskraften 20–64 år enligt BAS.
-- grain: region, year, sex
-- unemployed (000002NM) / labour force (000002NL) × 100
with counts as (
    select
        region,
        year,
        any_value(period) as period,
        case kon when '1' then 'men' when '2' then 'women' when '1+2' then 'total' end as sex,
        max(count_value(value, status)) filter (where contents = '000002NM') as unemployed,
        max(count_value(value, status)) filter (where contents = '000002NL') as labour_force,
        status_of(count_status(value, status), 2) as status
    from scb.unemployment_bas
    where kon in ('1', '2', '1+2')
        and alder = '20-64'
        and fodelseregion = 'tot'
        and contents in ('000002NM', '000002NL')
    group by region, year, kon
)
select
    region,
    year,
    period,
    sex,
    ratio(unemployed, labour_force) * 100 as value,
    unemployed as numerator,
    labour_force as denominator,
    ratio_status(status, status, labour_force) as status
from counts
