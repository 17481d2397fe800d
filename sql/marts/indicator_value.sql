-- Indikatorernas värden per region, år och kön, med status, flaggor och källa.
-- grain: indicator_id, region, year, sex
-- A year that has not ended has forecasts, from which nothing else is made. What
-- is hidden for its small denominator is hidden in core.indicator_value already.
with vintages as (
    select
        link.indicator_id,
        string_agg(data.name || '@' || data.vintage, ', ' order by data.name) as vintage,
        max(data.source_updated) as source_updated
    from config.indicator_dataset as link
    join ops.dataset as data on data.name = link.dataset
    where data.vintage is not null
    group by link.indicator_id
)
select
    figure.indicator_id,
    figure.region,
    figure.year,
    figure.period,
    figure.sex,
    figure.value,
    figure.numerator,
    figure.denominator,
    figure.status,
    list_sort(list_distinct(list_concat(
        coalesce(figure.flags, []),
        case when figure.status = 'P' then ['preliminary'] else [] end,
        case when is_ahead(figure.year, meta.ended_year) then ['forecast'] else [] end,
        case when broken.year is not null then ['break'] else [] end,
        case when revised.indicator_id is not null then ['revised'] else [] end
    ))) as flags,
    meta.source,
    vintages.vintage,
    vintages.source_updated
from core.indicator_value as figure
join config.indicator as meta using (indicator_id)
left join (select distinct indicator_id, year from config.break) as broken
    on broken.indicator_id = figure.indicator_id and broken.year = figure.year
left join vintages on vintages.indicator_id = figure.indicator_id
left join (select distinct indicator_id, region, year, sex from mart.revision where kind = 'revised_value') as revised
    on revised.indicator_id = figure.indicator_id
    and revised.region = figure.region
    and revised.year = figure.year
    and revised.sex = figure.sex
order by figure.indicator_id, figure.region, figure.year, figure.sex
