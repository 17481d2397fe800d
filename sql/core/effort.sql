-- Insatserna som de gäller nu: den senaste versionen av varje rad.
-- grain: effort_id
select
    insats_id as effort_id,
    insats_namn as effort,
    insatstyp as effort_type,
    generisk_aktivitet::integer as activity,
    rus_mal as sustainability_goal,
    coalesce(string_split(rus_inriktning, ';'), []) as directions,
    nationellt_omrade as national_area,
    enhet as unit,
    ansvarig_funktion as responsible_function,
    start_datum as start_date,
    slut_datum as end_date,
    status as effort_status,
    beviljat_belopp_kr as granted_sek,
    projektagare as owner,
    -- No geography is the whole county's or nobody's: it is not guessed.
    case when geografi is null then [null] else string_split(geografi, ';') end as geographies
from outcome.effort
where ersatt_av is null
