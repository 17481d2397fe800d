-- A published file in small: every table and column that the report reads, of an
-- invented county. Figures are made up.
create table config.setting as select '24' as county, true as synthetic;
create table config.build as select 'b1' as build_id, timestamp '2026-11-20 06:00:00' as built;
create table core.region as from (values
    ('00', 'Riket', 'country', null), ('24', 'Provlän', 'county', '24'), ('25', 'Grannlän', 'county', '25'),
    ('2401', 'Norrby', 'municipality', '24'), ('2480', 'Söderby', 'municipality', '24')) as t(region, name, level, county);
create table config.indicator as from (values
    ('gap', 'Skillnad i sysselsättning', 'Gap in employment', 'Kvinnors andel minus mäns.', 'procentenheter', 'percentage points', 'a − b', 'Källa: SCB, tabellen T2', 1,
        'neutral', 'points', ['N1'], [], ['=cmd()'], null::boolean, false, null::double, null::integer, null, null, 0::double, 'skillnaden', 'skillnaden', 'högre bland kvinnor', 'högre bland män'),
    ('jobs', 'Sysselsatta', 'Employed', 'Andel som arbetar.', '%', '', 'a / b', 'Källa: SCB, tabellen T1', 1,
        'higher_is_better', 'points', ['N1'], ['V1'], ['Bruten 2023.'], true, false, 80::double, 2030, 'Plan 2025', 'Länsrådet', null, null, null, null, null),
    ('life', 'Livslängd', 'Life expectancy', 'Förväntad ålder.', 'år', 'years', 'tabell', 'Källa: Kolada', 0,
        'higher_is_better', 'points', ['N2'], ['V1'], [], false, false, null, null, null, null, null, null, null, null, null),
    ('none', 'Borta', null, 'Finns inte.', '%', '', 'x', 'Källa: SCB', 1,
        'neutral', 'percent', ['N2'], ['V1'], [], true, false, null, null, null, null, null, null, null, null, null))
    as t(indicator_id, label_sv, label_en, description_sv, unit, unit_en, formula, source, decimals, polarity, change, areas, goals, caveats, official, additive,
        target_value, target_year, target_source, target_owner, balance, balance_above, balance_below, balance_side_above, balance_side_below);
create table mart.indicator as from (values
    ('gap', null::boolean, 'discontinued', date '2027-05-01', null::boolean, 'current', null),
    ('jobs', true, 'overdue', date '2026-05-01', false, 'current', null),
    ('life', false, 'ok', date '2027-05-01', null, 'current', null),
    ('none', true, 'ok', null, null, 'absent', 'inget värde för länet'))
    as t(indicator_id, official, standing, next_expected, target_reached, state, state_reason);
create table config.break as select 'jobs' as indicator_id, 2023 as year, 'ny metod' as reason;
-- jobs grows by one a year in the county; 2025 is preliminary. life is of women and men alone.
create table mart.indicator_value as
select 'jobs' as indicator_id, region, year::integer as year, year::varchar as period, 'total' as sex, (level + year - 2020)::double as value,
    'A' as status, case when year = 2025 then ['preliminary'] else [] end as flags
from (values ('00', 72.25), ('24', 70.5), ('25', 71), ('2401', 69), ('2480', 74)) as t(region, level), range(2020, 2026) as y(year)
union all by name
from (values
    ('gap', '24', 2024, '2024', 'total', -2.2::double, 'A', []), ('gap', '24', 2025, '2025', 'total', -2.3, 'A', ['perturbed']),
    ('gap', '00', 2025, '2025', 'total', -2.0, 'A', []), ('gap', '24', 2023, '2023', 'total', null, 'Q', []),
    ('gap', '24', 2026, '2026', 'total', -9.9, 'A', ['forecast']),
    ('life', '24', 2025, '2021-2025', 'women', 85, 'A', []), ('life', '24', 2025, '2021-2025', 'men', 82, 'A', ['revised']))
    as t(indicator_id, region, year, period, sex, value, status, flags);
create table mart.indicator_change as
select indicator_id, region, sex, year, 1::double as change_1y, 5::double as change_5y, 1.5::double as change_1y_pct, 7.25::double as change_5y_pct
from mart.indicator_value where indicator_id = 'jobs' and year = 2025;
create table mart.indicator_compare as from (values
    ('gap', '24', 2025, null, null, 'total', -2::double, -0.3::double), ('jobs', '24', 2025, 2, 2, 'total', 77.25, -1.75))
    as t(indicator_id, region, year, rank, n, sex, country_value, gap);
create table mart.indicator_trend as from (values
    ('gap', '24', 'total', 'too_few_years', 'too_few_years', null, 2024, 2025, 2, -2.2::double, -2.3::double, null::double, null::double, null::double),
    ('jobs', '24', 'total', 'up', 'up', null, 2020, 2025, 6, 70.5, 75.5, 1, 0.9, 1.1))
    as t(indicator_id, region, sex, direction, says, side, first_year, last_year, years, first_value, last_value, slope, slope_low, slope_high);
create table mart.indicator_trend_since as select * from mart.indicator_trend where indicator_id = 'jobs';
create table mart.indicator_spread as select 'jobs' as indicator_id, '24' as county, 2025 as year, 'total' as sex, 74::double as lowest, '2401' as lowest_region,
    76.5::double as median, 79::double as highest, '2480' as highest_region, 2 as n, 2 as municipalities;
create table mart.revision as select 'jobs' as indicator_id, '24' as region, 'total' as sex, 'revised_value' as kind, 'source' as cause, 2024 as year,
    74.4::double as old_value, 74.5::double as new_value, timestamp '2026-03-01 06:00:00' as noted;
create table ops.dataset as from (values
    ('kolada', 'kolada', null, 'Kolada', '2026-02-20', '2025', null, timestamp '2026-11-20 05:00:00', []),
    ('t1', 'scb', 'T1', 'Arbetsmarknad', '2026-02-21', '2025', null, null, ['Får citeras.']),
    ('t2', 'scb', 'T2', 'Kön', '2026-02-21', '2025', 'svarade inte', timestamp '2026-11-20 05:00:00', []))
    as t(name, source, table_id, title, source_updated, last_period, error, fetched, notes);
create table core.freshness as from (values
    ('kolada', 'N00001', '2025', 'ok'), ('t1', '', '2025', 'overdue'), ('t2', '', '2025', 'discontinued'))
    as t(dataset, series, last_period, standing);
create table ops.correction as select 1 as number, 'T1, Provlän 2024' as corrects, 'applied' as state, 'Skrivfel.' as reason, 'Statistiker' as who, 'Dnr 1' as reference,
    7.45::double as found, 74.5::double as value, date '2027-12-31' as valid_until;
create table mart.effect_chain as from (values
    ('N1', 'INS-1', 'Kurser', '2026H1', ['10 tillfällen', '2 orter'], 'M1', 'Deltagare', 'antal', null::double, true, 'L1', 'Fler lär sig.', 'saknas', null, 2027, 'jobs', 'total'),
    ('N1', 'INS-2', 'Lån', '2026H1', null, 'M2', 'Utlånat', 'kr', 1200000, false, 'L2', 'Företag växer.', 'forskning', 'Rapport 1', null, 'jobs', 'total'))
    as t(national_area, effort_id, effort, period, performances, outcome_id, outcome, outcome_unit, outcome_value, outcome_hidden, link_id, mechanism, evidence,
        evidence_reference, visible_from_year, indicator_id, indicator_sex);
create table config.goal as select 'Område ett' as name, 'ett' as reported_as;
create table config.activity as from (values (1, 'Stöd'), (2, 'Möten')) as t(activity, name);
create table core.effort as from (values ('ett', 1, 1000::bigint), ('ett', 2, 500), ('ett', 2, null), ('tva', null, null)) as t(national_area, activity, granted_sek);
create table mart.evaluation as from (values (1, 2026, 'INS-1', 'Kurser', 'god', 'Många kom.', 'Börja tidigare.'), (2, 2026, null, null, null, null, null))
    as t(question, year, effort_id, effort, judgement, reasons, lesson);
create table mart.reporting_status as select '2026H1' as round, 'Enhet A' as reporting_unit, 'INS-3' as effort_id, 'Lån' as effort, 'late' as report_state;
