-- Andelar ligger mellan 0 och 100 och antal är inte negativa.
-- severity: error
-- The bounds are the indicator's own; one whose unit is persons has the lower
-- bound 0 even where its TOML gives none.
select figure.indicator_id, figure.region, figure.year, figure.sex, figure.value, meta.unit
from core.indicator_value as figure
join config.indicator as meta using (indicator_id)
where figure.value < coalesce(meta.minimum, case when meta.unit = 'personer' then 0 end, '-infinity'::double)
    or figure.value > coalesce(meta.maximum, 'infinity'::double)
    or isnan(figure.value)
    or isinf(figure.value)
