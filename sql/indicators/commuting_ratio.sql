-- Sysselsatta med arbetsplats i området per sysselsatt som bor där.
-- grain: region, year, sex
-- by place of work (000002XH) / by place of residence (000002XI)
with jobs as (
    select
        region,
        year,
        any_value(period) as period,
        max(count_value(value, status)) filter (where contents = '000002XH') as day,
        max(count_value(value, status)) filter (where contents = '000002XI') as night,
        status_of(count_status(value, status), 2) as status
    from scb.jobs_day_night
    where kon = '1+2'
        and sni2007 = 'A-U+US'
        and fodelseregion = 'tot'
        and contents in ('000002XH', '000002XI')
    group by region, year
)
select
    region,
    year,
    period,
    'total' as sex,
    ratio(day, night) as value,
    day as numerator,
    night as denominator,
    ratio_status(status, status, night) as status
from jobs
