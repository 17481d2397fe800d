-- Folkmängdens förändring under året i procent av folkmängden vid årets början.
-- grain: region, year, sex
-- (pop_t − pop_t−1) / pop_t−1 × 100; a year whose predecessor is gone is missing,
-- and only the region's first year has no row.
with population as (
    select *, min(year) over (partition by region) as first_year
    from core.population
    where sex = 'total' and age = 'total'
)
select
    this.region,
    this.year,
    this.period,
    this.sex,
    ratio(this.value - previous.value, previous.value) * 100 as value,
    this.value - previous.value as numerator,
    previous.value as denominator,
    ratio_status(this.status, coalesce(previous.status, 'O'), previous.value) as status,
    case when this.perturbed or previous.perturbed then ['perturbed'] else [] end as flags
from population as this
left join population as previous
    on previous.region = this.region and previous.year = this.year - 1
where this.year > this.first_year
