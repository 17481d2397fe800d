-- Kvinnor och män blir tillsammans BAS-tabellens totaler inom röjandeskyddet.
-- severity: warn
-- SCB says of TAB3200 that totals are not always the sum of their parts and
-- states no bound; rates are known to differ by 0.1 (catalogue 7.16), so a
-- thousandth of the population, and at least the 21 of three protected cells.
with sexes as (
    select
        region,
        year,
        max(population) filter (where sex = 'total') as population,
        max(population) filter (where sex = 'women') + max(population) filter (where sex = 'men') as population_parts,
        max(employed) filter (where sex = 'total') as employed,
        max(employed) filter (where sex = 'women') + max(employed) filter (where sex = 'men') as employed_parts
    from core.employment
    group by region, year
)
select *
from sexes
where abs(population_parts - population) > greatest(21, 0.001 * population)
    or abs(employed_parts - employed) > greatest(21, 0.001 * population)
