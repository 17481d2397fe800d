-- Länen, riket och alla kommuner med koderna som SCB, NUTS 3 och Kolada använder.
-- grain: region
select region, name, level, county, nuts3, kolada_id
from config.region
order by region
