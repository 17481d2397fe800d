-- Andel sysselsatta av befolkningen 20–64 år; det senaste året kan vara preliminärt.
-- grain: region, year, sex
-- employed / population × 100 from BAS counts. Years that the final table has no
-- figures of yet are SCB's own preliminary rate (TAB5655, status P), which has no
-- counts (catalogue 3.2, bas_prel).
with both_tables as (
    select
        region,
        year,
        period,
        sex,
        ratio(employed, population) * 100 as value,
        employed as numerator,
        population as denominator,
        ratio_status(status, status, population) as status,
        false as preliminary
    from core.employment
    where birth = 'total'
    union all
    select
        region,
        year,
        any_value(period) as period,
        case kon when '1' then 'men' when '2' then 'women' when '1+2' then 'total' end as sex,
        sum_of(value, 1) as value,
        null::double as numerator,
        null::double as denominator,
        case when sum_of(value, 1) is not null then 'P' else status_of(cell_status(value, status), 1) end as status,
        true as preliminary
    from scb.employment_preliminary
    where kon in ('1', '2', '1+2') and alder = '20-64' and contents = '000006J6'
    group by region, year, kon
)
select region, year, period, sex, value, numerator, denominator, status
from both_tables
window figure as (partition by region, year, sex)
qualify in_turn(
    preliminary,
    year,
    max(year) filter (where not preliminary and value is not null) over (partition by sex),
    count(value) over figure,
    count(*) over figure
)
