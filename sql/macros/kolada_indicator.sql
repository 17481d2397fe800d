-- An indicator read straight from Kolada: its TOML names the KPI and the sexes.
-- after: core
create or replace temp macro kolada_indicator(wanted_kpi, wanted_sexes) as table
    select
        region,
        year,
        year::varchar as period,
        sex,
        value,
        null::double as numerator,
        null::double as denominator,
        status
    from core.kolada
    where kpi = wanted_kpi and list_contains(wanted_sexes, sex);
