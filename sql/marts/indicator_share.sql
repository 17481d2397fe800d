-- Regionens andel av riket i procent, för antal där länen tillsammans blir riket.
-- grain: indicator_id, region, year, sex
-- Only indicators that are additive by their TOML: a share of a rate means
-- nothing. The country's own published value is the denominator, never a sum.
select
    figure.indicator_id,
    figure.region,
    figure.year,
    figure.sex,
    figure.value,
    country.value as country_value,
    ratio(figure.value, country.value) * 100 as share,
    ratio_status(figure.status, country.status, country.value) as status,
    list_sort(list_distinct(list_concat(figure.flags, country.flags))) as flags
from mart.indicator_value as figure
join config.indicator as meta on meta.indicator_id = figure.indicator_id and meta.additive
join core.region as region on region.region = figure.region and region.level <> 'country'
join mart.indicator_value as country
    on country.indicator_id = figure.indicator_id
    and country.region = '00'
    and country.year = figure.year
    and country.sex = figure.sex
where not is_forecast(figure.flags)
order by figure.indicator_id, figure.region, figure.year, figure.sex
