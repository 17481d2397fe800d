-- Vad som ändrats i publicerade värden: nya perioder, reviderade och återkallade värden, och varför.
-- grain: indicator_id, region, year, sex, noted
-- Each build compares its values with those published before it and carries the
-- history on. Differences under a part in 10⁹ are the order of additions. A
-- value that was suppressed (Q) is not compared, and one that is now counts as
-- withdrawn: it would be revealed. An indicator that is new, or left out this
-- time, has no history to tell. Nor has a forecast: its year's figure is new when
-- the year has ended.
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
-- The values as they are published; what is hidden is hidden already.
shown as (
    select figure.*
    from core.indicator_value as figure
    left join config.indicator as meta using (indicator_id)
    where not is_ahead(figure.year, meta.ended_year)
),
earlier as (
    select * from previous.indicator_value where not is_forecast(flags)
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
        coalesce(list_contains(before.flags, 'corrected'), false) as was_corrected,
        coalesce(list_contains(this.flags, 'corrected'), false) as is_corrected,
        before.indicator_id is not null as was,
        this.indicator_id is not null as remains
    from (from earlier where status <> 'Q') as before
    full join shown as this using (indicator_id, region, year, sex)
    where indicator_id in (select indicator_id from previous.indicator_value)
        and indicator_id in (select indicator_id from core.indicator_value)
        and (indicator_id, region, year, sex) not in (select (indicator_id, region, year, sex) from earlier where status = 'Q')
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
),
-- A figure that is corrected here now, or was, is not the source's doing, unless
-- the correction stays and the source moves under it.
judged as (
    select
        changed.*,
        was_corrected <> is_corrected or (is_corrected and moved.vintage is null) as corrected,
        not is_corrected and moved.vintage is null and (indicator_id, region, year, sex) in (
            select (indicator_id, region, year, sex) from previous.indicator_value where is_forecast(flags)
        ) as foretold,
        moved.vintage,
        moved.whose
    from changed
    left join moved using (indicator_id)
),
noted as (
    select
        changed.indicator_id,
        changed.region,
        changed.year,
        changed.sex,
        build.built as noted,
        case when changed.corrected or changed.vintage is null and redefined.definitions and not changed.foretold then 'recalculated' else changed.kind end as kind,
        case
            when changed.corrected then 'correction'
            when changed.foretold then 'year_ended'
            when changed.vintage is not null and redefined.definitions then 'source_and_definition'
            when changed.vintage is not null then 'source'
            else 'definition'
        end as cause,
        changed.old_value,
        changed.new_value,
        changed.old_status,
        changed.new_status,
        case when changed.corrected or changed.vintage is null then 'effekt' else changed.whose end as whose,
        changed.vintage
    from judged as changed
    cross join config.build as build
    cross join redefined
    where changed.kind is not null
    union all
    select indicator_id, region, year, sex, noted, kind, cause, old_value, new_value, old_status, new_status, whose, vintage
    from previous.revision
)
-- What is suppressed now is suppressed in its history too.
select
    noted.indicator_id,
    noted.region,
    noted.year,
    noted.sex,
    noted.noted,
    noted.kind,
    noted.cause,
    case when hidden.region is null then noted.old_value end as old_value,
    case when hidden.region is null then noted.new_value end as new_value,
    noted.old_status,
    noted.new_status,
    noted.whose,
    noted.vintage
from noted
left join (select indicator_id, region, year, sex from core.indicator_value where status = 'Q') as hidden
    on hidden.indicator_id = noted.indicator_id
    and hidden.region = noted.region
    and hidden.year = noted.year
    and hidden.sex = noted.sex
order by noted.noted, noted.indicator_id, noted.region, noted.year, noted.sex
