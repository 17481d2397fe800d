-- Spridningen mellan länets kommuner: lägst, median och högst, och vilka kommuner det är.
-- grain: indicator_id, county, year, sex
-- For the counties whose municipalities are loaded. Of several that share the
-- lowest or highest value the one with the lowest code is named. A median of
-- municipalities is not the county's value: rates are never averaged over areas.
with municipalities as (
    select
        figure.indicator_id,
        region.county,
        figure.region,
        figure.year,
        figure.sex,
        figure.value,
        min(figure.value) over whole as lowest,
        max(figure.value) over whole as highest
    from mart.indicator_value as figure
    join core.region as region using (region)
    where region.level = 'municipality' and figure.value is not null and not is_forecast(figure.flags)
    window whole as (partition by figure.indicator_id, region.county, figure.year, figure.sex)
),
sizes as (
    select county, count(*)::integer as municipalities
    from core.region
    where level = 'municipality'
    group by county
)
select
    place.indicator_id,
    place.county,
    place.year,
    place.sex,
    any_value(place.lowest) as lowest,
    min(place.region) filter (where place.value = place.lowest) as lowest_region,
    median(place.value) as median,
    any_value(place.highest) as highest,
    min(place.region) filter (where place.value = place.highest) as highest_region,
    count(*)::integer as n,
    any_value(sizes.municipalities) as municipalities
from municipalities as place
join sizes using (county)
group by place.indicator_id, place.county, place.year, place.sex
order by place.indicator_id, place.county, place.year, place.sex
