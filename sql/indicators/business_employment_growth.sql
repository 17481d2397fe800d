-- Förändring under året av antalet sysselsatta i näringslivet, i procent, efter arbetsplatsens belägenhet.
-- grain: region, year, sex
-- (jobs_t − jobs_t−1) / jobs_t−1 × 100; a year whose predecessor is gone is
-- missing, and only the first year has no row.
with jobs as (
    select
        region,
        year,
        any_value(period) as period,
        case kon when '1' then 'men' when '2' then 'women' when '1+2' then 'total' end as sex,
        sum_of(count_value(value, status), 1) as value,
        status_of(count_status(value, status), 1) as status
    from scb.jobs_business
    where kon in ('1', '2', '1+2')
        and arbetssektor = '030'
        and alder = '15-74'
        and fodelseregion = 'tot'
        and contents = '000002XT'
    group by region, year, kon
),
dated as (
    select *, min(year) over (partition by region, sex) as first_year
    from jobs
)
select
    this.region,
    this.year,
    this.period,
    this.sex,
    ratio(this.value - previous.value, previous.value) * 100 as value,
    this.value - previous.value as numerator,
    previous.value as denominator,
    ratio_status(this.status, coalesce(previous.status, 'O'), previous.value) as status
from dated as this
left join dated as previous
    on previous.region = this.region
    and previous.sex = this.sex
    and previous.year = this.year - 1
where this.year > this.first_year
