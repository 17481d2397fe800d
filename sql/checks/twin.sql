-- De egna beräkningarna stämmer med vad källorna själva har räknat.
-- severity: warn
-- core.twin says how far apart two may be, with the source of that. A published
-- figure is revised at other times than its inputs, so a difference is told and
-- stops nothing.
select
    twin.twin,
    figure.indicator_id,
    figure.region,
    figure.year,
    figure.sex,
    figure.value,
    twin.value as published,
    figure.value - twin.value as difference,
    twin.tolerance
from core.twin as twin
join core.indicator_value as figure
    on figure.indicator_id = twin.indicator_id
    and figure.region = twin.region
    and figure.year = twin.year
    and figure.sex = twin.sex
where abs(figure.value - twin.value) > twin.tolerance
