-- Medianinkomst i tusen kronor, i det senaste inkomstårets priser.
-- grain: region, year, sex
-- median × consumer prices of the base year / those of the year. The base is the
-- latest year that has both an income and a price, so that year's figure is the
-- published median. numerator is the published median, denominator the year's
-- price level with the base year as 1.
with incomes as (
    select
        region,
        year,
        any_value(period) as period,
        case kon when '1' then 'men' when '2' then 'women' when '1+2' then 'total' end as sex,
        sum_of(value, 1) as value,
        status_of(cell_status(value, status), 1) as status
    from scb.income_median
    where kon in ('1', '2', '1+2') and alder = 'tot16+' and inkomstklass = 'TOT' and contents = 'HE0110J8'
    group by region, year, kon
),
prices as (
    select year, sum_of(value, 1) as value, status_of(cell_status(value, status), 1) as status
    from scb.cpi
    where contents = '000000KL'
    group by year
),
base as (
    select max_by(value, year) as value
    from prices
    where value is not null and year in (select year from incomes where value is not null)
)
select
    income.region,
    income.year,
    income.period,
    income.sex,
    ratio(income.value * base.value, price.value) as value,
    income.value as numerator,
    ratio(price.value, base.value) as denominator,
    ratio_status(income.status, coalesce(price.status, 'O'), price.value) as status
from incomes as income
cross join base
left join prices as price on price.year = income.year
