-- Ett värde som saknas har en status som säger det, och ett värde som finns har det inte.
-- severity: error
select indicator_id, region, year, sex, value, status
from core.indicator_value
where status is null
    or (value is null and status not in ('M', 'O', 'Q'))
    or (value is not null and status in ('M', 'O', 'Q'))
