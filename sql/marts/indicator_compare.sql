-- Jämförelse med riket och plats bland länen, varje år för sig.
-- grain: indicator_id, region, year, sex
-- Rank 1 is best by polarity (neutral: highest), among the counties that have a
-- value that year; equal values share the better place and are counted in ties.
with figures as (
    select figure.*, region.level, meta.polarity
    from mart.indicator_value as figure
    join core.region as region using (region)
    join config.indicator as meta using (indicator_id)
    where not is_forecast(figure.flags)
),
ranks as (
    select
        indicator_id,
        region,
        year,
        sex,
        rank() over (
            partition by indicator_id, year, sex
            order by case polarity when 'lower_is_better' then value else -value end
        ) as rank,
        count(*) over (partition by indicator_id, year, sex) as n,
        count(*) over (partition by indicator_id, year, sex, value) as ties
    from figures
    where level = 'county' and value is not null
)
select
    figure.indicator_id,
    figure.region,
    figure.year,
    figure.sex,
    figure.value,
    country.value as country_value,
    figure.value - country.value as gap,
    ranks.rank::integer as rank,
    ranks.n::integer as n,
    ranks.ties::integer as ties
from figures as figure
left join figures as country
    on country.indicator_id = figure.indicator_id
    and country.year = figure.year
    and country.sex = figure.sex
    and country.level = 'country'
left join ranks
    on ranks.indicator_id = figure.indicator_id
    and ranks.region = figure.region
    and ranks.year = figure.year
    and ranks.sex = figure.sex
order by figure.indicator_id, figure.region, figure.year, figure.sex
