-- Länens folkmängd blir tillsammans rikets, exakt till och med 2024 och inom bruset från 2025.
-- severity: warn
-- Only where every county has a value. The bound for 21 noisy cells and a total
-- is 4 × 3 × √22 = 56; where 3 comes from stands in population_sexes.
with parts as (
    select
        figure.year,
        bool_or(figure.perturbed) as perturbed,
        max(figure.value) filter (where region.level = 'country') as country,
        sum(figure.value) filter (where region.level = 'county') as counties,
        count(figure.value) filter (where region.level = 'county') as n
    from core.population as figure
    join core.region as region using (region)
    where figure.sex = 'total' and figure.age = 'total'
    group by figure.year
)
select year, country, counties, counties - country as difference
from parts
where n = (select count(*) from core.region where level = 'county')
    and abs(counties - country) > case when perturbed then 56 else 0 end
