-- Folkmängd 31 december efter region, kön och åldersgrupp; exakt till och med 2024, med CKM-brus från 2025.
-- grain: region, year, sex, age
-- SCB continues TAB638 (–2024) in TAB5557 (2025–). The first has no total by
-- sex or marital status, so they are summed; the second carries noise in every
-- cell, so its own totals and fewest classes are used (catalogue 3.1, 7.3).
with exact_cells as (
    select
        region,
        year,
        period,
        case kon when '1' then 'men' when '2' then 'women' end as sex,
        alder,
        try_cast(replace(alder, '+', '') as integer) as years_old,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.population_to_2024
),
exact_ages as (
    select region, year, period, sex, 'total' as age, value, status from exact_cells where alder = 'tot'
    union all
    select region, year, period, sex, '0-19', value, status from exact_cells where years_old <= 19
    union all
    select region, year, period, sex, '20-64', value, status from exact_cells where years_old between 20 and 64
    union all
    select region, year, period, sex, '65+', value, status from exact_cells where years_old >= 65
),
exact_sexes as (
    select * from exact_ages
    union all
    select region, year, period, 'total' as sex, age, value, status from exact_ages
),
noisy_classes (alder, age) as (
    values
        ('TotSA', 'total'),
        ('-9', '0-19'), ('10-19', '0-19'),
        ('20-29', '20-64'), ('30-39', '20-64'), ('40-49', '20-64'), ('50-59', '20-64'), ('60-64', '20-64'),
        ('65-69', '65+'), ('70-79', '65+'), ('80-89', '65+'), ('90-99', '65+'), ('100+10', '65+')
),
noisy_cells as (
    select
        region,
        year,
        period,
        case kon when 'TotSa' then 'total' when '1' then 'men' when '2' then 'women' end as sex,
        age,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.population_from_2025
    join noisy_classes using (alder)
    where civilstand = 'SC'
)
select region, year, period, sex, age, whole_sum(value) as value, worst_status(status) as status, false as perturbed
from exact_sexes
group by all
union all
select region, year, period, sex, age, whole_sum(value), worst_status(status), true
from noisy_cells
where year > (select coalesce(max(year), 0) from exact_cells)
group by all
order by region, year, sex, age
