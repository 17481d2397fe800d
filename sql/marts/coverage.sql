-- Luckor i effektkedjan: insatser utan koppling, indikatorer utan insats, mål utan indikator eller insats, kopplingar utan evidens, utfall utan prestation, följder som inte kan synas ännu.
-- grain: gap, subject
with efforts as (
    select * from core.effort where effort_status <> 'avbruten'
),
linked as (
    select
        link.*,
        effort.effort
    from core.link as link
    join efforts as effort using (effort_id)
),
outcomes as (
    select * from core.effort_result where level = 'utfall'
),
goals as (
    select goal, reported_as, name from config.goal where kind <> 'priority'
),
county as (
    select indicator_id, label_sv, last_year
    from mart.indicator
),
-- The latest year that has a denominator: a figure that is derived from others
-- may lack one. Only one that counts persons can be laid beside a target group.
populations as (
    select
        meta.indicator_id,
        arg_max(figure.denominator, figure.year) as persons
    from config.indicator as meta
    cross join config.setting as setting
    join mart.indicator_value as figure
        on figure.indicator_id = meta.indicator_id and figure.region = setting.county and figure.sex = 'total'
    where meta.denominator_counts = 'persons' and figure.denominator is not null and not is_forecast(figure.flags)
    group by meta.indicator_id
)
select 'effort_without_link' as gap, effort.effort_id as subject, effort.effort as title, 'Insatsen har ingen koppling till någon indikator.' as detail
from efforts as effort
where effort.effort_id not in (select effort_id from linked)
union all
select 'indicator_without_effort', indicator_id, label_sv, 'Ingen insats är kopplad till indikatorn.'
from county
where indicator_id not in (select indicator_id from linked)
union all
select 'goal_without_indicator', goal, name, 'Ingen indikator är märkt med målet.'
from goals
where goal not in (select unnest(list_concat(areas, goals)) from mart.indicator)
union all
select 'goal_without_effort', goals.goal, goals.name, 'Ingen insats är märkt med målet.'
from goals
where not exists (
    select 1 from efforts as effort
    where effort.national_area = goals.reported_as or effort.sustainability_goal = goals.reported_as
    or effort.sustainability_goal = 'bada' and goals.goal in ('V1', 'V2') or list_contains(effort.directions, goals.reported_as)
)
union all
select 'link_without_evidence', link_id, effort, 'Kopplingen säger själv att evidens saknas.'
from linked
where evidence = 'saknas'
union all
select 'outcome_without_performance', outcome.effort_id || '/' || outcome.period || '/' || outcome.measure_id, outcome.measure, 'Utfallets aktivitet har ingen rapporterad prestation.'
from outcomes as outcome
where not exists (
    select 1 from core.effort_result as performance
    where performance.effort_id = outcome.effort_id and performance.activity = outcome.activity and performance.level = 'prestation'
)
union all
select 'lag_beyond_latest_year', linked.link_id, county.label_sv,
    'Kan synas tidigast ' || (min(outcome.year) + any_value(linked.lag_years)) || '; indikatorns senaste år är ' || county.last_year || '.'
from linked
join county on county.indicator_id = linked.indicator_id
join outcomes as outcome on outcome.effort_id = linked.effort_id and outcome.measure_id = linked.measure_id
group by linked.link_id, county.label_sv, county.last_year
having min(outcome.year) + any_value(linked.lag_years) > county.last_year
union all
-- Under a thousandth of those counted, the whole target group could not move
-- the first decimal of a percentage.
select 'target_group_too_small', linked.link_id, county.label_sv,
    'Målgruppen är ' || linked.target_group || ', indikatorns nämnare ' || populations.persons::bigint || '.'
from linked
join county on county.indicator_id = linked.indicator_id
join populations on populations.indicator_id = linked.indicator_id
where linked.target_group < populations.persons / 1000
