-- Alla indikatorers värden under varandra; fylls av bygget, en indikator i taget.
-- grain: indicator_id, region, year, sex
-- The build appends each indicator.<id> here by column name, so that a new
-- indicator needs no change in any mart.
select
    null::varchar as indicator_id,
    null::varchar as region,
    null::integer as year,
    null::varchar as period,
    null::varchar as sex,
    null::double as value,
    null::double as numerator,
    null::double as denominator,
    null::varchar as status,
    null::varchar[] as flags
where false
