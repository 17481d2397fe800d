-- Demografisk försörjningskvot som SCB själv räknar den, med länen i SCB:s vanliga koder.
-- grain: region, year
-- TAB4642 codes counties by NUTS 3 (SE331), municipalities and the country as
-- other tables do (catalogue 2.1).
select region.region, source.year, source.period, source.value, cell_status(source.value, source.status) as status
from scb.dependency_published as source
join core.region as region on source.region in (region.nuts3, region.region)
where source.contents = '00000708'
order by region.region, source.year
