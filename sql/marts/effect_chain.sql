-- Effektkedjan: mål, insats, aktivitet, prestation, utfall och koppling, med indikatorns egen utveckling i länet bredvid. Raden säger inte att det ena orsakat det andra.
-- grain: effort_id, outcome_id, period, link_id, indicator_sex
-- An effort without outcome, and an outcome without link, have a row too. The
-- indicator's figures are the county's own and stand beside the chain.
with performed as (
    select
        effort_id,
        period,
        list(measure order by measure_id) as performances
    from core.effort_result
    where level = 'prestation'
    group by effort_id, period
),
figures as (
    select
        meta.indicator_id,
        meta.label_sv,
        meta.unit,
        figure.sex,
        figure.year,
        figure.value,
        change.change_1y,
        change.change_5y,
        trend.direction,
        trend.says
    from mart.indicator as meta
    cross join config.setting as setting
    left join mart.indicator_value as figure
        on figure.indicator_id = meta.indicator_id and figure.region = setting.county and figure.year = meta.last_year
        and (figure.sex = 'total' or not list_contains(meta.sexes, 'total'))
    left join mart.indicator_change as change
        on change.indicator_id = figure.indicator_id and change.region = figure.region and change.year = figure.year and change.sex = figure.sex
    left join mart.indicator_trend as trend
        on trend.indicator_id = figure.indicator_id and trend.region = figure.region and trend.sex = figure.sex
)
select
    effort.national_area,
    area.name as national_area_name,
    effort.sustainability_goal,
    effort.effort_id,
    effort.effort,
    effort.effort_type,
    effort.unit as reporting_unit,
    coalesce(result.activity, effort.activity) as activity,
    activity.name as activity_name,
    coalesce(result.period, performed.period) as period,
    performed.performances,
    result.measure_id as outcome_id,
    result.measure as outcome,
    result.measure_unit as outcome_unit,
    result.achieved as outcome_value,
    result.achieved_hidden as outcome_hidden,
    result.description as outcome_description,
    link.link_id,
    link.mechanism,
    link.strength,
    link.evidence,
    link.evidence_reference,
    link.expected_direction,
    link.lag_years,
    result.year + link.lag_years as visible_from_year,
    link.indicator_id,
    figures.label_sv as indicator,
    figures.unit as indicator_unit,
    figures.sex as indicator_sex,
    figures.year as indicator_year,
    figures.value as indicator_value,
    figures.change_1y as indicator_change_1y,
    figures.change_5y as indicator_change_5y,
    figures.direction as indicator_direction,
    figures.says as indicator_says
from core.effort as effort
left join config.goal as area on area.reported_as = effort.national_area
left join (select distinct effort_id, period from core.effort_result) as reported on reported.effort_id = effort.effort_id
left join performed on performed.effort_id = effort.effort_id and performed.period = reported.period
left join core.effort_result as result
    on result.effort_id = effort.effort_id and result.period = reported.period and result.level = 'utfall'
left join config.activity as activity on activity.activity = coalesce(result.activity, effort.activity)
left join core.link as link on link.effort_id = result.effort_id and link.measure_id = result.measure_id
left join figures on figures.indicator_id = link.indicator_id
