-- Varje indikator har det senaste värde som man kan vänta sig.
-- severity: warn
select indicator_id, last_year, next_expected, standing
from mart.indicator
where state <> 'off' and standing in ('overdue', 'frozen', 'discontinued')
