-- Befolkningsförändringar under året: födelsenetto, flyttnetto och invandringsnetto; med CKM-brus från 2025.
-- grain: region, year, component
-- SCB continues TAB5169 (–2024) in TAB6481 (2025–) with the same components
-- (catalogue 3.1). A year that the exact table has figures of is never taken from
-- the other.
with components (forandringar, component) as (
    values ('135', 'natural'), ('230', 'migration'), ('260', 'migration_abroad')
),
cells as (
    select region, year, period, forandringar, value, status, false as perturbed
    from scb.population_changes_to_2024
    where kon = '1+2' and period_2 = 'hel'
    union all
    select region, year, period, forandringar, value, status, true as perturbed
    from scb.population_changes_from_2025
    where kon = 'TotSa' and period_2 = 'hel'
),
both_tables as (
    select
        region,
        year,
        any_value(period) as period,
        component,
        sum_of(count_value(value, status), 1) as value,
        status_of(count_status(value, status), 1) as status,
        perturbed
    from cells
    join components using (forandringar)
    group by region, year, component, perturbed
)
select region, year, period, component, value, status, perturbed
from both_tables
window figure as (partition by region, year, component)
qualify in_turn(
    perturbed,
    year,
    max(year) filter (where not perturbed and value is not null) over (partition by component),
    count(value) over figure,
    count(*) over figure
)
order by region, year, component
