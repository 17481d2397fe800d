-- Each indicator's own latest year in the county, for women and men where no
-- total exists.
select
    meta.label_sv || case figure.sex when 'women' then ', kvinnor' when 'men' then ', män' else '' end as label,
    figure.year, figure.value, meta.unit, meta.decimals, change.change_1y, compare.rank, compare.n, compare.gap
from mart.indicator as meta
join config.setting as setting on true
left join mart.indicator_value as figure
    on figure.indicator_id = meta.indicator_id and figure.region = setting.county and figure.year = meta.last_year
    and (figure.sex = 'total' or not list_contains(meta.sexes, 'total'))
left join mart.indicator_change as change
    on change.indicator_id = figure.indicator_id and change.region = figure.region and change.year = figure.year and change.sex = figure.sex
left join mart.indicator_compare as compare
    on compare.indicator_id = figure.indicator_id and compare.region = figure.region and compare.year = figure.year and compare.sex = figure.sex
order by meta.indicator_id, figure.sex desc
