-- Varje tabell hos SCB har fått nya perioder i den takt den brukar.
-- severity: warn
-- The last period is more than a year later than the longest usual delay of what
-- rests on the table (24 months where none is known), though SCB does not say
-- that it has ended. A table whose series already goes on in its successor is
-- not frozen but finished.
with held as (
    select
        data.name,
        data.table_id,
        data.last_period,
        data.successor,
        try_cast(regexp_extract_all(data.last_period, '[0-9]{4}')[-1] as integer) as last_year
    from ops.dataset as data
    where data.source = 'scb' and data.last_period is not null
),
delays as (
    select link.dataset as name, max(meta.lag_months) as lag_months, max(meta.every) as every
    from config.indicator_dataset as link
    join config.indicator as meta using (indicator_id)
    group by link.dataset
)
select held.name, held.table_id, held.last_period, held.successor
from held
cross join (select max_by(coalesce(as_of, started), started) as day from ops.run) as run
left join delays using (name)
left join held as successor on successor.name = held.successor
where (successor.last_year is null or successor.last_year <= held.last_year)
    and run.day > make_date(held.last_year + coalesce(delays.every, 1), 12, 31) + to_months((coalesce(delays.lag_months, 24) + 12)::integer)
