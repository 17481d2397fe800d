-- Varje indikator har rader för länet och för riket.
-- severity: warn
-- A region can vanish silently where codes are intersected (catalogue 7.9); the
-- fetch refuses that, so here it points at a mistake in an indicator's SQL, or
-- at a table that holds no country.
select held.indicator_id, wanted.region
from (select distinct indicator_id from core.indicator_value) as held
cross join (select county as region from config.setting union all select '00') as wanted
where not exists (
    select 1
    from core.indicator_value as figure
    where figure.indicator_id = held.indicator_id and figure.region = wanted.region
)
