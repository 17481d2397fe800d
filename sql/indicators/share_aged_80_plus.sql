-- Andel av befolkningen som är 80 år eller äldre.
-- grain: region, year, sex
-- population 80+ / population × 100
select
    old.region,
    old.year,
    old.period,
    old.sex,
    ratio(old.value, everyone.value) * 100 as value,
    old.value as numerator,
    everyone.value as denominator,
    ratio_status(old.status, coalesce(everyone.status, 'O'), everyone.value) as status,
    case when old.perturbed or everyone.perturbed then ['perturbed'] else [] end as flags
from core.population as old
left join core.population as everyone
    on everyone.region = old.region
    and everyone.year = old.year
    and everyone.sex = old.sex
    and everyone.age = 'total'
where old.age = '80+'
