-- Varje indikator har rader för länet.
-- severity: warn
-- A county can vanish silently where codes are intersected (catalogue 7.9); the
-- fetch refuses that, so here it points at a mistake in an indicator's SQL.
select held.indicator_id, setting.county as region
from (select distinct indicator_id from core.indicator_value) as held
cross join config.setting as setting
where not exists (
    select 1
    from core.indicator_value as figure
    where figure.indicator_id = held.indicator_id and figure.region = setting.county
)
