-- Trenden från ett visst år till seriens senaste år, för länet: prövar påståenden i återrapportens text.
-- grain: indicator_id, region, sex, first_year
-- From each year with a value, if no break lies between it and the latest one
-- and the years are no more than the t distribution is known for. Read it as
-- mart.indicator_trend: a summary of the line, not a test.
with figures as (
    select figure.*, max(figure.year) over (partition by figure.indicator_id, figure.region, figure.sex) as latest
    from mart.indicator_value as figure
    join config.setting as setting on setting.county = figure.region
    where figure.value is not null and not is_forecast(figure.flags)
),
unbroken as (
    select figure.*
    from figures as figure
    left join config.break as breaks
        on breaks.indicator_id = figure.indicator_id
        and breaks.year > figure.year
        and breaks.year <= figure.latest
    where figure.year > figure.latest - 32 and breaks.year is null
),
lines as (
    select
        start.indicator_id,
        start.region,
        start.sex,
        start.year as first_year,
        max(later.year) as last_year,
        count(*)::integer as years,
        arg_min(later.value, later.year) as first_value,
        arg_max(later.value, later.year) as last_value,
        min(later.value) as lowest,
        max(later.value) as highest,
        slope_of(later.value, later.year) as slope,
        regr_syy(later.value, later.year order by later.year) as syy,
        regr_sxx(later.value, later.year order by later.year) as sxx
    from unbroken as start
    join unbroken as later
        on later.indicator_id = start.indicator_id
        and later.region = start.region
        and later.sex = start.sex
        and later.year >= start.year
    group by start.indicator_id, start.region, start.sex, start.year
),
intervals as (
    select *, slope_half(slope, syy, sxx, years) as half
    from lines
)
select
    indicator_id,
    region,
    sex,
    first_year,
    last_year,
    years,
    first_value,
    last_value,
    slope,
    slope - half as slope_low,
    slope + half as slope_high,
    direction_of(slope, half) as direction,
    trend_says(
        direction,
        printed(first_value, decimals),
        printed(last_value, decimals),
        printed(lowest, decimals),
        printed(highest, decimals),
        balance
    ) as says,
    side_of(printed(last_value, decimals), balance) as side
from intervals
left join config.indicator using (indicator_id)
order by indicator_id, region, sex, first_year
