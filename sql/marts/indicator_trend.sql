-- Trenden de senaste tio åren utan brott: minsta kvadratanpassad förändring per år med 95 procents intervall.
-- grain: indicator_id, region, sex
-- Each series has its own last year. A window (life expectancy: five years) and
-- a mean over years share data with their neighbours, so their interval is too
-- narrow; so is that of a series that moves slowly for other reasons. Read the
-- direction as a summary of the line, not as a test; says is what may be said of it.
with figures as (
    select *, max(year) over (partition by indicator_id, region, sex) as latest
    from mart.indicator_value
    where value is not null and not is_forecast(flags)
),
recent as (
    select figure.*
    from figures as figure
    left join config.break as breaks
        on breaks.indicator_id = figure.indicator_id
        and breaks.year > figure.year
        and breaks.year <= figure.latest
    where figure.year > figure.latest - 10 and breaks.year is null
),
lines as (
    select
        indicator_id,
        region,
        sex,
        min(year) as first_year,
        max(year) as last_year,
        count(*)::integer as years,
        arg_min(value, year) as first_value,
        arg_max(value, year) as last_value,
        min(value) as lowest,
        max(value) as highest,
        slope_of(value, year) as slope,
        regr_syy(value, year order by year) as syy,
        regr_sxx(value, year order by year) as sxx
    from recent
    group by indicator_id, region, sex
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
order by indicator_id, region, sex
