-- Befolkning 25–64 år: antal med eftergymnasial utbildning och antal totalt.
-- grain: region, year, sex
-- TAB3981 has no totals by sex, age or level, so forty ages × eight levels are
-- summed for each sex; level US (unknown) is in the denominator (catalogue 4,
-- indicator 25).
with cells as (
    select
        region,
        year,
        period,
        case kon when '1' then 'men' when '2' then 'women' end as sex,
        utbildningsniva in ('5', '6', '7') as higher,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.education
    where kon in ('1', '2')
        and utbildningsniva in ('1', '2', '3', '4', '5', '6', '7', 'US')
        and try_cast(alder as integer) between 25 and 64
),
sexes as (
    select
        region,
        year,
        any_value(period) as period,
        sex,
        sum_of(case when higher then value else 0 end, 320) as post_secondary,
        sum_of(value, 320) as population,
        status_of(status, 320) as status
    from cells
    group by region, year, sex
)
select region, year, period, sex, post_secondary, population, status from sexes
union all
select
    region,
    year,
    any_value(period) as period,
    'total' as sex,
    sum_of(post_secondary, 2) as post_secondary,
    sum_of(population, 2) as population,
    status_of(status, 2) as status
from sexes
group by region, year
order by region, year, sex
