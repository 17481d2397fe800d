-- The year that index series are 100 in and that constant prices are those of
-- (catalogue 4, indicators 31, 42 and 43). Change it here, and in the units of
-- those three in config/indicators.
create or replace temp macro index_base_year() as 2015;
