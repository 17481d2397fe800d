-- Varje indikator har det senaste värde som man kan vänta sig.
-- severity: warn
-- Three months of grace after the date that the indicator's usual delay gives.
select meta.indicator_id, meta.last_year, meta.next_expected
from mart.indicator as meta
cross join (select max_by(coalesce(as_of, started), started) as day from ops.run) as run
where meta.state <> 'off' and run.day > meta.next_expected + interval 3 months
