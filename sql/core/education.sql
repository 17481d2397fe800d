-- Befolkning 25–64 år: antal med eftergymnasial utbildning och antal totalt.
-- grain: region, year, sex
-- TAB3981 has no totals by sex, age or level, so they are summed; level US
-- (unknown) is in the denominator (catalogue 4, indicator 25).
with cells as (
    select
        region,
        year,
        period,
        case kon when '1' then 'men' when '2' then 'women' end as sex,
        utbildningsniva as level,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.education
    where try_cast(alder as integer) between 25 and 64
),
sexes as (
    select * from cells
    union all
    select region, year, period, 'total' as sex, level, value, status from cells
)
select
    region,
    year,
    any_value(period) as period,
    sex,
    case
        when count(*) filter (where level in ('5', '6', '7') and value is null) = 0
            then sum(value) filter (where level in ('5', '6', '7'))
    end as post_secondary,
    whole_sum(value) as population,
    worst_status(status) as status
from sexes
group by region, year, sex
order by region, year, sex
