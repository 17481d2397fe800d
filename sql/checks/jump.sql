-- Länets eller rikets senaste förändring är högst dubbelt så stor som den största de tio åren före.
-- severity: warn
-- Over at least five earlier changes; a break has no change and so no jump.
with changes as (
    select change.indicator_id, change.region, change.sex, change.year, change.change_1y,
        max(change.year) over (partition by change.indicator_id, change.region, change.sex) as latest
    from mart.indicator_change as change
    cross join config.setting as setting
    where change.region in ('00', setting.county) and change.change_1y is not null
),
histories as (
    select
        indicator_id,
        region,
        sex,
        max(latest) as year,
        max(change_1y) filter (where year = latest) as change_1y,
        max(abs(change_1y)) filter (where year < latest) as largest_before,
        count(*) filter (where year < latest) as n
    from changes
    where year >= latest - 10
    group by indicator_id, region, sex
)
select indicator_id, region, sex, year, change_1y, largest_before
from histories
where n >= 5 and abs(change_1y) > 2 * largest_before
