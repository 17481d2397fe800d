-- Förändring på 1, 5 och 10 år; tom med angivet skäl när serien är bruten eller ett värde saknas.
-- grain: indicator_id, region, sex, year
-- change_* is in the indicator's own unit (percentage points for shares);
-- change_*_pct only where the indicator changes in per cent, and not from zero
-- or less. A break in any year after the earlier one, up to and including this
-- one, lies between them.
with figures as (
    select * from mart.indicator_value where not is_forecast(flags)
),
spans (years) as (
    values (1), (5), (10)
),
broken as (
    select held.indicator_id, held.year, spans.years, max(breaks.year) as break_year
    from (select distinct indicator_id, year from figures) as held
    cross join spans
    join config.break as breaks
        on breaks.indicator_id = held.indicator_id
        and breaks.year <= held.year
        and breaks.year > held.year - spans.years
    group by held.indicator_id, held.year, spans.years
),
pairs as (
    select
        this.indicator_id,
        this.region,
        this.sex,
        this.year,
        spans.years,
        meta.change,
        this.value,
        earlier.value as earlier,
        case
            when this.value is null then 'värdet saknas'
            when earlier.value is null then 'värdet ' || (this.year - spans.years)::varchar || ' saknas'
            when broken.break_year is not null then 'tidsseriebrott ' || broken.break_year::varchar
        end as reason
    from figures as this
    cross join spans
    join config.indicator as meta using (indicator_id)
    left join figures as earlier
        on earlier.indicator_id = this.indicator_id
        and earlier.region = this.region
        and earlier.sex = this.sex
        and earlier.year = this.year - spans.years
    left join broken
        on broken.indicator_id = this.indicator_id
        and broken.year = this.year
        and broken.years = spans.years
),
changes as (
    select
        *,
        case when reason is null then value - earlier end as absolute,
        case when reason is null and change = 'percent' and earlier > 0 then (value - earlier) / earlier * 100 end as per_cent
    from pairs
)
select
    indicator_id,
    region,
    sex,
    year,
    max(absolute) filter (where years = 1) as change_1y,
    max(per_cent) filter (where years = 1) as change_1y_pct,
    max(reason) filter (where years = 1) as change_1y_reason,
    max(absolute) filter (where years = 5) as change_5y,
    max(per_cent) filter (where years = 5) as change_5y_pct,
    max(reason) filter (where years = 5) as change_5y_reason,
    max(absolute) filter (where years = 10) as change_10y,
    max(per_cent) filter (where years = 10) as change_10y_pct,
    max(reason) filter (where years = 10) as change_10y_reason
from changes
group by indicator_id, region, sex, year
order by indicator_id, region, sex, year
