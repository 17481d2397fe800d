-- Hur insatser och beviljade medel fördelar sig på mål, nationellt område, aktivitet, plats och startår.
-- grain: national_area, sustainability_goal, activity, region, year
-- Money granted for several places is laid on them in equal parts, so that the
-- sum over places is what was granted; efforts counts the effort once in each.
-- The year is the one in which the effort began.
with places as (
    select
        effort_id,
        effort_type,
        national_area,
        sustainability_goal,
        activity,
        extract(year from start_date)::integer as year,
        granted_sek / len(geographies) as granted_sek,
        unnest(geographies) as region
    from core.effort
)
select
    places.national_area,
    area.name as national_area_name,
    places.sustainability_goal,
    places.activity,
    activity.name as activity_name,
    places.region,
    region.name as region_name,
    places.year,
    count(*) as efforts,
    count(*) filter (where places.effort_type = 'extern_1_1') as projects,
    count(places.granted_sek) as efforts_with_money,
    sum(places.granted_sek) as granted_sek
from places
left join config.goal as area on area.reported_as = places.national_area
left join config.activity as activity on activity.activity = places.activity
left join core.region as region on region.region = places.region
group by all
