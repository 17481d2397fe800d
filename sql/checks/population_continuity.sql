-- Folkmängden hoppar inte mer än fem procent mellan två år, heller inte när tabellen byts 2024/2025.
-- severity: warn
select this.region, this.year, this.value, previous.value as previous_value
from core.population as this
join core.population as previous
    on previous.region = this.region
    and previous.sex = this.sex
    and previous.age = this.age
    and previous.year = this.year - 1
join core.region as region on region.region = this.region
where this.sex = 'total'
    and this.age = 'total'
    and region.level <> 'municipality'
    and abs(this.value - previous.value) > 0.05 * previous.value
