-- Bruttoregionprodukt per sysselsatt i löpande priser, tusen kronor.
-- grain: region, year, sex
-- GRP (mnkr) / employed in the regional accounts (thousands) = tkr per person.
-- The data set selects the content by label, so every row is it.
with employed as (
    select
        region,
        year,
        sum_of(value, 1) as value,
        status_of(cell_status(value, status), 1) as status
    from scb.grp_employed
    group by region, year
)
select
    grp.region,
    grp.year,
    grp.period,
    'total' as sex,
    ratio(grp.value, employed.value) as value,
    grp.value as numerator,
    employed.value as denominator,
    ratio_status(grp.status, coalesce(employed.status, 'O'), employed.value) as status
from core.grp as grp
left join employed
    on employed.region = grp.region and employed.year = grp.year
