-- Kvinnor och män blir tillsammans folkmängden, exakt till och med 2024 och inom bruset från 2025.
-- severity: warn
-- Each CKM cell carries its own small integer noise. SCB states no bound; for
-- Stockholm 2025 sums of 100, 20 and 10 cells lie 2, 11 and 5 from the
-- published total (catalogue 7.3), 2.4 a cell at most. Four times 3 × √3 is 21
-- for a total and two parts; an age group is a sum of up to five cells each.
with sexes as (
    select
        region,
        year,
        age,
        bool_or(perturbed) as perturbed,
        max(value) filter (where sex = 'total') as total,
        max(value) filter (where sex = 'women') + max(value) filter (where sex = 'men') as parts
    from core.population
    group by region, year, age
)
select region, year, age, total, parts, parts - total as difference
from sexes
where abs(parts - total) > case when not perturbed then 0 when age = 'total' then 21 else 47 end
