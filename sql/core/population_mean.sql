-- Medelfolkmängd: medeltalet av folkmängden vid årets början och slut.
-- grain: region, year
-- (pop_t + pop_t−1) / 2, catalogue 3.1; the first year of the series has none.
select
    this.region,
    this.year,
    (this.value + previous.value) / 2 as value,
    worse_status(this.status, previous.status) as status,
    this.perturbed or previous.perturbed as perturbed
from core.population as this
join core.population as previous
    on previous.region = this.region
    and previous.sex = this.sex
    and previous.age = this.age
    and previous.year = this.year - 1
where this.sex = 'total' and this.age = 'total'
order by this.region, this.year
