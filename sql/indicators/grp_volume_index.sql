-- Bruttoregionproduktens volym, index med basåret som 100.
-- grain: region, year, sex
-- index of a year = index of the year before × (1 + volume change / 100), so from
-- the base year forwards the links are multiplied, and backwards divided by. A
-- year that a missing link parts from the base year is missing. The base year
-- itself is 100 when at least one link ties it to a neighbour.
with links as (
    select
        region,
        year,
        any_value(period) as period,
        1 + sum_of(value, 1) / 100 as factor,
        status_of(cell_status(value, status), 1) as status
    from scb.grp_volume
    semi join core.region using (region)
    where contents = 'NR0105AI'
    group by region, year
),
chains as (
    select
        this.region,
        this.year,
        any_value(this.period) as period,
        abs(this.year - index_base_year()) as length,
        count(link.factor) as known,
        coalesce(product(link.factor order by link.year), 1) as growth,
        case when count(link.year) = length then worst_status(link.status) else 'O' end as status
    from links as this
    left join links as link
        on link.region = this.region
        and link.year > least(this.year, index_base_year())
        and link.year <= greatest(this.year, index_base_year())
    group by this.region, this.year, length
),
tied as (
    select region, count(factor) as neighbours
    from links
    where year in (index_base_year(), index_base_year() + 1)
    group by region
)
select
    chain.region,
    chain.year,
    chain.period,
    'total' as sex,
    case
        when chain.known < chain.length or chain.length = 0 and coalesce(tied.neighbours, 0) = 0 then null
        when chain.year >= index_base_year() then 100 * chain.growth
        else ratio(100, chain.growth)
    end as value,
    null::double as numerator,
    null::double as denominator,
    case
        when chain.length = 0 then case when tied.neighbours > 0 then 'A' else 'O' end
        when chain.year < index_base_year() and chain.growth = 0 then 'M'
        else chain.status
    end as status
from chains as chain
left join tied on tied.region = chain.region
