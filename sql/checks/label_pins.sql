-- Koderna har den klartext och nyckeltalen den titel som config kräver.
-- severity: warn
-- The fetch refuses a source whose text has changed and stays with the figures it
-- had, so this stops nothing: it shows that, and a pin that was changed
-- after the fetch is found.
select pin.dataset, pin.variable, pin.code, pin.label as wanted, held.label as found
from config.pin as pin
join scb.code as held
    on held.dataset = pin.dataset and lower(held.variable) = lower(pin.variable) and held.code = pin.code
where held.label <> pin.label
union all
select pin.dataset, pin.variable, pin.code, pin.label, held.title
from config.pin as pin
join kolada.kpi as held on held.id = pin.code and pin.variable = 'kpi'
-- Kolada has titles with a hard space, and with spaces at the end
where trim(replace(held.title, chr(160), ' ')) <> trim(replace(pin.label, chr(160), ' '))
