-- Färdigställda lägenheter i nybyggda hus per 1 000 invånare.
-- grain: region, year, sex
-- small houses and flats / mean population × 1 000; «-» is none built
with dwellings as (
    select
        region,
        year,
        any_value(period) as period,
        sum_of(count_value(value, status), 2) as value,
        status_of(count_status(value, status), 2) as status
    from scb.dwellings_completed
    where hustyp in ('FLERBO', 'SMÅHUS') and contents = 'BO0101A5'
    group by region, year
)
select
    built.region,
    built.year,
    built.period,
    'total' as sex,
    ratio(built.value, mean.value) * 1000 as value,
    built.value as numerator,
    mean.value as denominator,
    ratio_status(built.status, coalesce(mean.status, 'O'), mean.value) as status,
    case when mean.perturbed then ['perturbed'] else [] end as flags
from dwellings as built
left join core.population_mean as mean
    on mean.region = built.region and mean.year = built.year
