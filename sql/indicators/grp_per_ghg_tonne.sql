-- Bruttoregionprodukt per ton växthusgaser, tusen kronor i basårets priser.
-- grain: region, year, sex
-- GRP of the base year (mnkr) × volume index / 100 = GRP in the base year's
-- prices; × 1 000 / emissions (N07702, tonnes). Deflated first: at current prices
-- the ratio would rise with inflation.
with products as (
    select
        volume.region,
        volume.year,
        volume.period,
        base.value * volume.value / 100 as value,
        worse_status(volume.status, coalesce(base.status, 'O')) as status
    from indicator.grp_volume_index as volume
    left join core.grp as base
        on base.region = volume.region and base.year = index_base_year()
)
select
    product.region,
    product.year,
    product.period,
    'total' as sex,
    ratio(product.value * 1000, emission.value) as value,
    product.value as numerator,
    emission.value as denominator,
    ratio_status(product.status, coalesce(emission.status, 'O'), emission.value) as status
from products as product
left join core.kolada as emission
    on emission.region = product.region
    and emission.year = product.year
    and emission.kpi = 'N07702'
    and emission.sex = 'total'
