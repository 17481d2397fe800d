-- Hur färsk varje serie hos källan är: senaste period, när nästa väntas, och om den är försenad, frusen eller avslutad.
-- grain: dataset, series
-- A series is a whole table, or a KPI of a group. lag_months is the shortest that
-- any indicator expects of what it reads: one that waits for another table too
-- says nothing of this one.
with held as (
    select name as dataset, '' as series, last_period, period_end(last_period) as last_day
    from ops.dataset
    where last_period is not null
    union all
    select link.dataset, figure.kpi as series, max(figure.year)::varchar as last_period, make_date(max(figure.year), 12, 31) as last_day
    from kolada.value as figure
    join config.dataset_kpi as link on link.kpi = figure.kpi
    left join (
        select known.kpi, max(meta.ended_year) as ended_year
        from config.indicator_kpi as known
        join config.indicator as meta using (indicator_id)
        group by known.kpi
    ) as read on read.kpi = figure.kpi
    where figure.value is not null and not is_ahead(figure.year, coalesce(read.ended_year, (select year(day) - 1 from config.build)))
    group by link.dataset, figure.kpi
),
readers as (
    select link.dataset, coalesce(known.kpi, '') as series, min(meta.lag_months) as lag_months, max(meta.every) as every
    from config.indicator_dataset as link
    join config.indicator as meta using (indicator_id)
    left join (
        select read.indicator_id, own.dataset, own.kpi
        from config.indicator_kpi as read
        join config.dataset_kpi as own using (kpi)
    ) as known using (indicator_id, dataset)
    where meta.off_reason is null
    group by link.dataset, coalesce(known.kpi, '')
),
expected as (
    select
        held.dataset,
        held.series,
        held.last_period,
        held.last_day,
        data.source,
        data.discontinued,
        coalesce(successor.last_day > held.last_day, false) as has_ended,
        due_on(
            held.last_day,
            case data.frequency when 'month' then 1 when 'quarter' then 3 else 12 * coalesce(readers.every, 1) end,
            data.usual_days,
            readers.lag_months
        ) as due,
        data.successor
    from held
    join ops.dataset as data on data.name = held.dataset
    left join readers using (dataset, series)
    left join held as successor on successor.dataset = data.successor and successor.series = ''
)
select
    expected.dataset,
    expected.series,
    expected.last_period,
    expected.due,
    overdue_on(expected.due) as overdue_on,
    frozen_on(expected.due) as frozen_on,
    standing_of(build.day, expected.due, expected.has_ended, expected.discontinued) as standing,
    case standing_of(build.day, expected.due, expected.has_ended, expected.discontinued)
        when 'ended' then 'continued in ' || expected.successor
        when 'discontinued' then 'SCB says that the table is not continued'
        when 'overdue' then trim(expected.series || ' nothing after ' || expected.last_period)
        when 'frozen' then trim(expected.series || ' nothing after ' || expected.last_period)
    end as reason
from expected
cross join config.build as build
order by expected.dataset, expected.series
