-- Växthusgasutsläpp, index med basåret som 100.
-- grain: region, year, sex
-- emissions (N07702) / those of the base year × 100, both of the same release:
-- the whole series is one fetch
with emissions as (
    select region, year, value, status
    from core.kolada
    where kpi = 'N07702' and sex = 'total'
)
select
    this.region,
    this.year,
    this.year::varchar as period,
    'total' as sex,
    ratio(this.value, base.value) * 100 as value,
    this.value as numerator,
    base.value as denominator,
    ratio_status(this.status, coalesce(base.status, 'O'), base.value) as status
from emissions as this
left join emissions as base
    on base.region = this.region and base.year = index_base_year()
