-- Flyttningsöverskott 20–29 år, inrikes och utrikes, efter region och kön; med CKM-brus från 2025.
-- grain: region, year, sex
-- SCB continues TAB1212 (–2024) in TAB6640 (2025–). The first has single years
-- of age and no total by sex: ten or twenty cells are summed. The second has the
-- class and the total as noisy cells of their own (catalogue 3.1, 7.3). Regions
-- outside core.region are metropolitan areas (catalogue 2.1).
with exact_cells as (
    select
        region,
        year,
        period,
        case kon when '1' then 'men' when '2' then 'women' end as sex,
        count_value(value, status) as value,
        count_status(value, status) as status
    from scb.migration_to_2024
    where try_cast(alder as integer) between 20 and 29 and kon in ('1', '2')
),
cells as (
    select *, 10 as cells, false as perturbed from exact_cells
    union all
    select region, year, period, 'total' as sex, value, status, 20 as cells, false as perturbed from exact_cells
    union all
    select
        region,
        year,
        period,
        case kon when 'TotSa' then 'total' when '1' then 'men' when '2' then 'women' end as sex,
        count_value(value, status) as value,
        count_status(value, status) as status,
        1 as cells,
        true as perturbed
    from scb.migration_from_2025
    where alder = '20-29' and kon in ('TotSa', '1', '2')
),
both_tables as (
    select
        region,
        year,
        any_value(period) as period,
        sex,
        sum_of(value, any_value(cells)) as value,
        status_of(status, any_value(cells)) as status,
        perturbed
    from cells
    semi join core.region using (region)
    group by region, year, sex, perturbed
)
select region, year, period, sex, value, status, perturbed
from both_tables
window figure as (partition by region, year, sex)
qualify in_turn(
    perturbed,
    year,
    max(year) filter (where not perturbed and value is not null) over (partition by sex),
    count(value) over figure,
    count(*) over figure
)
order by region, year, sex
