-- Varje region i en indikator finns i regionlistan.
-- severity: error
select figure.indicator_id, figure.region, count(*) as rows
from core.indicator_value as figure
left join core.region as region using (region)
where region.region is null
group by all
