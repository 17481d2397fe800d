-- Vad som ändrats i publicerade värden: nya perioder, reviderade och återkallade värden, och varför.
-- grain: indicator_id, region, year, sex, noted
-- Each build compares its values with those published before it and carries the
-- history on. Differences under a part in 10⁹ are the order of additions. A
-- value that was suppressed (Q) is not compared: it would be revealed. An
-- indicator that is new, or left out this time, has no history to tell.
with moved as (
    select
        link.indicator_id,
        string_agg(distinct case data.source when 'scb' then 'SCB' when 'kolada' then 'Kolada' else data.source end, ', ') as whose,
        string_agg(data.name || '@' || data.vintage, ', ' order by data.name) as vintage
    from config.indicator_dataset as link
    join ops.dataset as data on data.name = link.dataset
    left join previous.dataset as before on before.name = data.name
    where data.vintage is distinct from before.vintage
    group by link.indicator_id
),
redefined as (
    select coalesce(bool_and(this.definitions <> before.definitions), false) as definitions
    from config.build as this
    cross join previous.build as before
),
pairs as (
    select
        indicator_id,
        region,
        year,
        sex,
        before.value as old_value,
        this.value as new_value,
        before.status as old_status,
        this.status as new_status,
        -- A figure that is corrected here now, or was, is not the source's doing.
        coalesce(list_contains(before.flags, 'corrected'), false) or coalesce(list_contains(this.flags, 'corrected'), false) as corrected,
        before.indicator_id is not null as was,
        this.indicator_id is not null as remains
    from (from previous.indicator_value where status <> 'Q') as before
    full join core.indicator_value as this using (indicator_id, region, year, sex)
    where indicator_id in (select indicator_id from previous.indicator_value)
        and indicator_id in (select indicator_id from core.indicator_value)
        and (indicator_id, region, year, sex) not in (select (indicator_id, region, year, sex) from previous.indicator_value where status = 'Q')
),
changed as (
    select
        *,
        case
            when old_value is null and new_value is not null then 'new_period'
            when old_value is not null and new_value is null then 'withdrawn'
            when abs(new_value - old_value) > 1e-9 * greatest(abs(new_value), abs(old_value)) then 'revised_value'
            when was and remains and old_status <> new_status then 'status_change'
        end as kind
    from pairs
)
select
    changed.indicator_id,
    changed.region,
    changed.year,
    changed.sex,
    build.built as noted,
    case when changed.corrected or moved.vintage is null and redefined.definitions then 'recalculated' else changed.kind end as kind,
    case
        when changed.corrected then 'correction'
        when moved.vintage is not null and redefined.definitions then 'source_and_definition'
        when moved.vintage is not null then 'source'
        else 'definition'
    end as cause,
    changed.old_value,
    changed.new_value,
    changed.old_status,
    changed.new_status,
    case when changed.corrected or moved.vintage is null then 'effekt' else moved.whose end as whose,
    moved.vintage
from changed
cross join config.build as build
cross join redefined
left join moved using (indicator_id)
where changed.kind is not null
union all
select indicator_id, region, year, sex, noted, kind, cause, old_value, new_value, old_status, new_status, whose, vintage
from previous.revision
order by noted, indicator_id, region, year, sex
