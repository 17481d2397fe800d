-- Kommunernas folkmängd blir tillsammans länets, exakt till och med 2024 och inom bruset från 2025.
-- severity: warn
-- From 2008: before that municipalities and counties had other borders
-- (Heby 2007, catalogue 2.3). Only counties all of whose municipalities have a
-- value. The bound is 4 × 3 × √(cells); where 3 comes from stands in population_sexes.
with wanted as (
    select county, count(*) as municipalities
    from core.region
    where level = 'municipality'
    group by county
),
parts as (
    select
        region.county,
        figure.year,
        bool_or(figure.perturbed) as perturbed,
        max(figure.value) filter (where region.level = 'county') as total,
        sum(figure.value) filter (where region.level = 'municipality') as parts,
        count(figure.value) filter (where region.level = 'municipality') as n
    from core.population as figure
    join core.region as region using (region)
    where figure.sex = 'total' and figure.age = 'total' and figure.year >= 2008 and region.county is not null
    group by region.county, figure.year
)
select parts.county, parts.year, parts.total, parts.parts, parts.parts - parts.total as difference
from parts
join wanted on wanted.county = parts.county and wanted.municipalities = parts.n
where abs(parts.parts - parts.total) > case when parts.perturbed then 12 * sqrt(parts.n + 1) else 0 end
