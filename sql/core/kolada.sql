-- Koladas värden med regionkod och kön som i övriga tabeller.
-- grain: kpi, region, year, sex
-- Kolada's 0024 is the region (type L) that stands for county 24; a four-digit
-- code of type K is the municipality. The type decides, not the digits.
select
    source.kpi,
    region.region,
    source.year,
    case source.gender when 'T' then 'total' when 'K' then 'women' when 'M' then 'men' end as sex,
    source.value,
    cell_status(source.value, source.status) as status
from kolada.value as source
join core.region as region on region.kolada_id = source.municipality
join kolada.municipality as place on place.id = source.municipality
    and place.type = case region.level when 'municipality' then 'K' else 'L' end
where source.gender in ('T', 'K', 'M')
order by all
