-- Folkmängd 31 december efter region, kön och åldersgrupp; exakt till och med 2024, med CKM-brus från 2025.
-- grain: region, year, sex, age
-- SCB continues TAB638 (–2024) in TAB5557 (2025–). The first has no total by
-- sex or marital status, so they are summed; the second carries noise in every
-- cell, so its own totals and fewest classes are used (catalogue 3.1, 7.3). A
-- year that the exact table has figures of is never taken from the noisy one.
-- each age in one band; cells is ages × the four marital statuses
with bands (band, from_age, to_age, cells) as (
    values
        ('0-19', 0, 19, 80),
        ('20-29', 20, 29, 40),
        ('30-39', 30, 39, 40),
        ('40-64', 40, 64, 100),
        ('65-79', 65, 79, 60),
        ('80+', 80, 100, 84)
),
ages (alder, band, cells) as (
    select case age when 100 then '100+' else age::varchar end, band, cells
    from bands, unnest(range(from_age, to_age + 1)) as ages (age)
    union all
    values ('tot', 'total', 4)
),
exact_cells as (
    select
        region,
        year,
        period,
        kon,
        band,
        cells,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.population_to_2024
    join ages using (alder)
    where civilstand in ('OG', 'G', 'SK', 'ÄNKL') and kon in ('1', '2')
),
exact_bands as (
    select
        region,
        year,
        any_value(period) as period,
        case kon when '1' then 'men' when '2' then 'women' end as sex,
        band,
        sum_of(value, any_value(cells)) as value,
        -- of cells there are A, M and O only, in the alphabet as in rank; max is fast
        case when count(*) = any_value(cells) then max(status) else 'O' end as status
    from exact_cells
    group by region, year, kon, band
),
exact_classes (age, band, bands) as (
    values
        ('total', 'total', 1),
        ('0-19', '0-19', 1),
        ('20-29', '20-29', 1),
        ('20-39', '20-29', 2), ('20-39', '30-39', 2),
        ('20-64', '20-29', 3), ('20-64', '30-39', 3), ('20-64', '40-64', 3),
        ('65+', '65-79', 2), ('65+', '80+', 2),
        ('80+', '80+', 1)
),
exact_sexes as (
    select region, year, period, sex, band, value, status, 1 as sexes from exact_bands
    union all
    select region, year, period, 'total' as sex, band, value, status, 2 as sexes from exact_bands
),
noisy_classes (age, alder, classes) as (
    values
        ('total', 'TotSA', 1),
        ('0-19', '-9', 2), ('0-19', '10-19', 2),
        ('20-29', '20-29', 1),
        ('20-39', '20-29', 2), ('20-39', '30-39', 2),
        ('20-64', '20-29', 5), ('20-64', '30-39', 5), ('20-64', '40-49', 5), ('20-64', '50-59', 5), ('20-64', '60-64', 5),
        ('65+', '65-69', 5), ('65+', '70-79', 5), ('65+', '80-89', 5), ('65+', '90-99', 5), ('65+', '100+10', 5),
        ('80+', '80-89', 3), ('80+', '90-99', 3), ('80+', '100+10', 3)
),
noisy_cells as (
    select
        region,
        year,
        period,
        case kon when 'TotSa' then 'total' when '1' then 'men' when '2' then 'women' end as sex,
        alder,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.population_from_2025
    where civilstand = 'SC' and kon in ('TotSa', '1', '2')
),
both_tables as (
    select
        region,
        year,
        any_value(period) as period,
        sex,
        age,
        sum_of(value, any_value(sexes * bands)) as value,
        status_of(status, any_value(sexes * bands)) as status,
        false as perturbed
    from exact_sexes
    join exact_classes using (band)
    group by region, year, sex, age
    union all
    select
        region,
        year,
        any_value(period) as period,
        sex,
        age,
        sum_of(value, any_value(classes)) as value,
        status_of(status, any_value(classes)) as status,
        true as perturbed
    from noisy_cells
    join noisy_classes using (alder)
    group by region, year, sex, age
)
select region, year, period, sex, age, value, status, perturbed
from both_tables
window figure as (partition by region, year, sex, age)
qualify in_turn(
    perturbed,
    year,
    max(year) filter (where not perturbed and value is not null) over (partition by sex, age),
    count(value) over figure,
    count(*) over figure
)
order by region, year, sex, age
