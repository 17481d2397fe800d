-- Andelar ligger mellan 0 och 100 och antal är inte negativa.
-- severity: error
select figure.indicator_id, figure.region, figure.year, figure.sex, figure.value, meta.unit
from core.indicator_value as figure
join config.indicator as meta using (indicator_id)
where (figure.value < coalesce(meta.minimum, '-infinity'::double) or figure.value > coalesce(meta.maximum, 'infinity'::double))
    or isnan(figure.value)
    or isinf(figure.value)
