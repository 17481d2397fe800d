-- Kvinnor minus män, där indikatorn finns för båda.
-- grain: indicator_id, region, year
-- From unrounded values; rounded once, at display (catalogue 7.28).
select
    women.indicator_id,
    women.region,
    women.year,
    women.value as women,
    men.value as men,
    women.value - men.value as sex_gap,
    worse_status(women.status, men.status) as status,
    list_sort(list_distinct(list_concat(women.flags, men.flags))) as flags
from mart.indicator_value as women
join mart.indicator_value as men
    on men.indicator_id = women.indicator_id
    and men.region = women.region
    and men.year = women.year
    and men.sex = 'men'
where women.sex = 'women' and not is_forecast(women.flags)
order by women.indicator_id, women.region, women.year
