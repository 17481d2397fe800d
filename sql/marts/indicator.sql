-- Indikatorerna: vad de betyder, hur de räknas, varifrån de kommer och vilka år som finns.
-- grain: indicator_id
with years as (
    select figure.indicator_id, min(figure.year) as first_year, max(figure.year) as last_year
    from core.indicator_value as figure
    join config.setting as setting on setting.county = figure.region
    join config.indicator as meta on meta.indicator_id = figure.indicator_id
    where figure.value is not null and not is_ahead(figure.year, meta.ended_year)
    group by figure.indicator_id
),
-- What the tables themselves say: one that is not official statistics makes the
-- indicator so, and their mandatory notes follow it.
said as (
    select
        link.indicator_id,
        case when bool_or(not data.official) then false when bool_and(data.official is not null) then true end as official,
        list_sort(list_distinct(flatten(list(data.notes) filter (where data.notes is not null)))) as notes
    from config.indicator_dataset as link
    join ops.dataset as data on data.name = link.dataset
    group by link.indicator_id
),
-- What the indicator is made of and has not ended. It is as late as the latest of
-- that; its next value waits for those series that do not reach further yet.
fresh as (
    select
        link.indicator_id,
        max(series.due) filter (where year(period_end(series.last_period)) <= years.last_year) as due,
        max_by(series.standing, standing_rank(series.standing)) as standing,
        string_agg(distinct series.dataset || ': ' || series.reason, ', ' order by series.dataset || ': ' || series.reason) filter (where series.standing <> 'ok') as reason
    from config.indicator_dataset as link
    join core.freshness as series
        on series.dataset = link.dataset
        and (
            series.series = ''
            or not exists (select 1 from config.indicator_kpi as known where known.indicator_id = link.indicator_id)
            or exists (select 1 from config.indicator_kpi as read where read.indicator_id = link.indicator_id and read.kpi = series.series)
        )
    left join years on years.indicator_id = link.indicator_id
    where series.standing <> 'ended'
    group by link.indicator_id
),
-- A target belongs to its owner. It is held against the county's latest figure
-- as an indication, by the indicator's polarity; without a total, both women's
-- and men's must reach it.
aimed as (
    select
        meta.indicator_id,
        case any_value(meta.polarity)
            when 'higher_is_better' then bool_and(figure.value >= meta.target_value)
            when 'lower_is_better' then bool_and(figure.value <= meta.target_value)
        end as target_reached
    from config.indicator as meta
    join years using (indicator_id)
    cross join config.setting as setting
    join core.indicator_value as figure
        on figure.indicator_id = meta.indicator_id and figure.region = setting.county and figure.year = years.last_year
        and (figure.sex = 'total' or not list_contains(meta.sexes, 'total'))
    where meta.target_value is not null
    group by meta.indicator_id
    having count(figure.value) = case when list_contains(any_value(meta.sexes), 'total') then 1 else 2 end
),
-- One data set holds many KPIs, and each line of its error is about one of them
-- or about all; an indicator has only the trouble of those that it reads.
complaints as (
    select
        name,
        line,
        coalesce(
            nullif(regexp_extract(line, '^([NU][0-9]{5}): ', 1), ''),
            nullif(regexp_extract(line, '\bkpi ([NU][0-9]{5}),', 1), '')
        ) as kpi
    from (select name, unnest(string_split(error, chr(10))) as line from ops.dataset where error is not null)
),
trouble as (
    select link.indicator_id, string_agg(complaint.name || ': ' || complaint.line, '; ' order by complaint.name, complaint.line) as reason
    from config.indicator_dataset as link
    join complaints as complaint on complaint.name = link.dataset
    where complaint.kpi is null
        or not exists (select 1 from config.indicator_kpi as known where known.indicator_id = link.indicator_id)
        or exists (
            select 1
            from config.indicator_kpi as read
            where read.indicator_id = link.indicator_id and read.kpi = complaint.kpi
        )
    group by link.indicator_id
),
left_out as (
    select replace(model, 'indicator.', '') as indicator_id, 'kunde inte beräknas: ' || error as reason
    from ops.model
    where error is not null and starts_with(model, 'indicator.')
)
select
    meta.indicator_id,
    meta.label_sv,
    meta.label_en,
    meta.description_sv,
    meta.areas,
    meta.goals,
    meta.kind,
    meta.unit,
    meta.unit_en,
    meta.decimals,
    meta.polarity,
    meta.change,
    meta.balance,
    meta.sexes,
    meta.formula,
    meta.source,
    coalesce(meta.official, said.official) as official,
    coalesce(said.notes, []) as notes,
    years.first_year,
    years.last_year,
    case
        when years.last_year is not null and meta.lag_months is not null
            then coalesce(fresh.due, due_on(make_date(years.last_year, 12, 31), 12 * meta.every, null, meta.lag_months))
    end as next_expected,
    fresh.standing,
    fresh.reason as standing_reason,
    meta.caveats,
    meta.target_value,
    meta.target_year,
    meta.target_source,
    meta.target_owner,
    aimed.target_reached,
    case
        when meta.off_reason is not null then 'off'
        when years.last_year is null then 'absent'
        when trouble.reason is not null then 'old'
        else 'current'
    end as state,
    coalesce(
        meta.off_reason,
        left_out.reason,
        trouble.reason,
        case when years.last_year is null then 'inget värde för länet' end
    ) as state_reason
from config.indicator as meta
left join years using (indicator_id)
left join said using (indicator_id)
left join fresh using (indicator_id)
left join aimed using (indicator_id)
left join trouble using (indicator_id)
left join left_out using (indicator_id)
order by meta.indicator_id
