-- Tvillingserier: det som källorna själva har räknat, att jämföra de egna beräkningarna med.
-- grain: twin, indicator_id, region, year, sex
-- value is in the indicator's unit; tolerance is how far the two may be apart in
-- it. Where the catalogue gives no tolerance it is half of the last printed digit,
-- wider from 2025, when up to ten noisy cells enter the own calculation.
with noise as (
    select region, year, 100 * 30 / value as points
    from core.population
    where sex = 'total' and age = '20-64' and perturbed and value > 0
),
kolada as (
    select kpi, region, year, sex, value from core.kolada where value is not null
)
-- catalogue 4, indicator 7: to one decimal
select
    'scb_dependency' as twin,
    'demographic_dependency_ratio' as indicator_id,
    published.region,
    published.year,
    'total' as sex,
    published.value,
    0.06 + coalesce(noise.points, 0) as tolerance
from core.dependency_published as published
left join noise using (region, year)
where published.value is not null
union all
-- a quotient in Kolada, per 100 here; its own description says «ett värde över 1»
select 'kolada_dependency', 'demographic_dependency_ratio', region, year, sex, 100 * kolada.value, 0.06 + coalesce(noise.points, 0)
from kolada
left join noise using (region, year)
where kpi = 'N00927'
union all
-- counts are exact to 2024; from 2025 two publications may carry different noise
select 'kolada_population', 'population_total', region, year, sex, value, case when year < 2025 then 0.5 else 15 end
from kolada
where kpi = 'N01951'
union all
select 'kolada_post_secondary', 'post_secondary_share_25_64', region, year, sex, value, 0.1
from kolada
where kpi = 'N01982'
union all
-- catalogue 4, indicator 19: ± 0.1
select
    'scb_employment_rate',
    'employment_rate_20_64',
    region,
    year,
    case kon when '1' then 'men' when '2' then 'women' when '1+2' then 'total' end,
    value,
    0.1
from scb.employment_published
where kon in ('1', '2', '1+2') and alder = '20-64' and fodelseregion = 'tot' and contents = '000002NS' and value is not null
union all
-- catalogue 4, indicator 30: within one per cent
select 'scb_grp_per_capita', 'grp_per_capita', region, year, 'total', value, value / 100
from scb.grp_published
semi join core.region using (region)
where value is not null
order by twin, indicator_id, region, year, sex
