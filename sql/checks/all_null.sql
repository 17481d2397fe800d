-- En indikator där länet bara saknar värden är misstänkt.
-- severity: warn
select figure.indicator_id, count(*) as rows
from core.indicator_value as figure
join config.setting as setting on setting.county = figure.region
group by figure.indicator_id
having count(figure.value) = 0
