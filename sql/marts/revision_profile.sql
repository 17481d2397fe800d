-- Hur mycket ett först publicerat värde brukar ändras på ett, två och tre år.
-- grain: indicator_id, years
-- For each figure whose first publication this database has seen: the value
-- that held so many years later against the first, in per cent of the first.
-- Under three periods nothing can be said.
with firsts as (
    select indicator_id, region, year, sex, noted, new_value as value
    from mart.revision
    where kind = 'new_period'
    qualify row_number() over (partition by indicator_id, region, year, sex order by noted) = 1
),
spans (years) as (
    values (1), (2), (3)
),
later as (
    select
        first.indicator_id,
        first.region,
        first.year,
        first.sex,
        first.value,
        spans.years,
        coalesce(
            (
                select max_by(change.new_value, change.noted)
                from mart.revision as change
                where change.indicator_id = first.indicator_id
                    and change.region = first.region
                    and change.year = first.year
                    and change.sex = first.sex
                    and change.cause <> 'definition'
                    and change.noted > first.noted
                    and change.noted <= first.noted + to_years(spans.years)
            ),
            first.value
        ) as value_then
    from firsts as first
    cross join spans
    cross join config.build as build
    where first.noted + to_years(spans.years) <= build.built
)
select
    indicator.indicator_id,
    spans.years,
    count(distinct later.year)::integer as periods,
    case when count(distinct later.year) >= 3 then 'known' else 'too_few_vintages' end as state,
    case when count(distinct later.year) >= 3 then median(abs(ratio(later.value_then - later.value, later.value)) * 100) end as typical_pct,
    case when count(distinct later.year) >= 3 then max(abs(ratio(later.value_then - later.value, later.value)) * 100) end as largest_pct
from config.indicator as indicator
cross join spans
left join later on later.indicator_id = indicator.indicator_id and later.years = spans.years
group by indicator.indicator_id, spans.years
order by indicator.indicator_id, spans.years
