-- Resultaten som de gäller nu: prestationer och utfall per halvår, små tal dolda.
-- grain: effort_id, period, measure_id
select
    insats_id as effort_id,
    period,
    left(period, 4)::integer as year,
    matt_id as measure_id,
    niva as level,
    rapporttyp as report_type,
    generisk_aktivitet::integer as activity,
    matt_namn as measure,
    enhet as measure_unit,
    uppnatt_varde as achieved,
    planerat_varde as planned,
    beskrivning as description,
    sakerhet as certainty,
    inlamnad_datum as handed_in,
    inlast as received,
    coalesce(list_contains(string_split(dolda_kolumner, ';'), 'uppnatt_varde'), false) as achieved_hidden
from outcome.result
where ersatt_av is null
