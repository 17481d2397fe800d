-- Vad som sägs om länets serier i en utgåva och inte längre gäller.
-- grain: kind, indicator_id, year, sex
-- indicator_trend, indicator and indicator_compare are the mart's tables in both
-- folders, told apart by folder: old or new. Where one is of a program that had
-- not the table or the column, nothing is said. An older program said direction
-- where a newer says says. year is 0 for a statement about the series as a whole.
with said as (
    select
        1 as place,
        'direction' as kind,
        folder,
        indicator_id,
        0 as year,
        sex,
        if((select count(distinct folder) from indicator_trend where says is not null) = 2, says, direction) as said
    from indicator_trend
    where region = getvariable('county')
    union all
    select 2, 'target', folder, indicator_id, 0, 'total', case target_reached when true then 'reached' when false then 'not reached' end
    from indicator
    union all
    select 3, 'rank', folder, indicator_id, year, sex, rank::varchar || ' of ' || n::varchar
    from indicator_compare
    where region = getvariable('county')
    union all
    select 4, 'against_country', folder, indicator_id, year, sex, case when gap > 0 then 'above' when gap < 0 then 'below' when gap = 0 then 'equal' end
    from indicator_compare
    where region = getvariable('county')
)
select
    indicator_id,
    old.year,
    sex,
    kind,
    old.said as old,
    new.said as new
from said as old
join said as new using (place, kind, indicator_id, year, sex)
where old.folder = 'old' and new.folder = 'new' and old.said <> new.said
order by place, indicator_id, old.year, sex, old, new
