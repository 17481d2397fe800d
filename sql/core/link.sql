-- Kopplingarna mellan utfall och indikatorer som de gäller nu: skälen att tro att de har med varandra att göra.
-- grain: link_id
select
    koppling_id as link_id,
    insats_id as effort_id,
    matt_id as measure_id,
    indikator_id as indicator_id,
    mekanism as mechanism,
    koppling_styrka as strength,
    evidens_typ as evidence,
    evidens_referens as evidence_reference,
    forvantad_riktning as expected_direction,
    tidsfordrojning_ar::integer as lag_years,
    malgrupp_storlek as target_group
from outcome.link
where ersatt_av is null
