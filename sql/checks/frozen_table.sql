-- Varje tabell hos källan har fått nya perioder i den takt den brukar.
-- severity: warn
select fresh.dataset as name, data.table_id, fresh.series, fresh.last_period, fresh.standing, data.successor
from core.freshness as fresh
join ops.dataset as data on data.name = fresh.dataset
where fresh.standing in ('frozen', 'discontinued')
