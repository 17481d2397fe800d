-- Kvinnors medianinkomst i procent av mäns, sammanräknad förvärvsinkomst 16 år och äldre.
-- grain: region, year, sex
-- A median has no «-» that could be read as zero, so any symbol is missing.
with medians as (
    select
        region,
        year,
        any_value(period) as period,
        max(value) filter (where kon = '2') as women,
        max(value) filter (where kon = '1') as men,
        status_of(cell_status(value, status), 2) as status
    from scb.income_median
    where kon in ('1', '2') and alder = 'tot16+' and inkomstklass = 'TOT' and contents = 'HE0110J8'
    group by region, year
)
select
    region,
    year,
    period,
    'total' as sex,
    ratio(women, men) * 100 as value,
    women as numerator,
    men as denominator,
    ratio_status(status, status, men) as status
from medians
