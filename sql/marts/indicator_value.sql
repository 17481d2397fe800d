-- Indikatorernas värden per region, år och kön, med status, flaggor och källa.
-- grain: indicator_id, region, year, sex
-- A municipality's rate over fewer persons than config.setting allows is
-- flagged or left out, with its numerator and denominator (catalogue 7.20). A year
-- that has not ended has forecasts, from which nothing else is made.
with vintages as (
    select
        link.indicator_id,
        string_agg(data.name || '@' || data.vintage, ', ' order by data.name) as vintage,
        max(data.source_updated) as source_updated
    from config.indicator_dataset as link
    join ops.dataset as data on data.name = link.dataset
    where data.vintage is not null
    group by link.indicator_id
),
sized as (
    select
        figure.*,
        meta.source,
        is_ahead(figure.year, meta.ended_year) as ahead,
        small_rate(region.level, meta.denominator_counts, figure.denominator, setting.small_denominator) as small,
        small and setting.small_action = 'suppress' and figure.value is not null as hidden
    from core.indicator_value as figure
    join config.indicator as meta using (indicator_id)
    left join core.region as region using (region)
    cross join config.setting as setting
)
select
    figure.indicator_id,
    figure.region,
    figure.year,
    figure.period,
    figure.sex,
    case when not figure.hidden then figure.value end as value,
    case when not figure.hidden then figure.numerator end as numerator,
    case when not figure.hidden then figure.denominator end as denominator,
    case when figure.hidden then 'Q' else figure.status end as status,
    list_sort(list_distinct(list_concat(
        coalesce(figure.flags, []),
        case when figure.status = 'P' then ['preliminary'] else [] end,
        case when figure.ahead then ['forecast'] else [] end,
        case when broken.year is not null then ['break'] else [] end,
        case when figure.small then ['small_denominator'] else [] end,
        case when revised.indicator_id is not null then ['revised'] else [] end
    ))) as flags,
    figure.source,
    vintages.vintage,
    vintages.source_updated
from sized as figure
left join (select distinct indicator_id, year from config.break) as broken
    on broken.indicator_id = figure.indicator_id and broken.year = figure.year
left join vintages on vintages.indicator_id = figure.indicator_id
left join (select distinct indicator_id, region, year, sex from mart.revision where kind = 'revised_value') as revised
    on revised.indicator_id = figure.indicator_id
    and revised.region = figure.region
    and revised.year = figure.year
    and revised.sex = figure.sex
order by figure.indicator_id, figure.region, figure.year, figure.sex
