-- A value of a year that has not ended is a forecast, never an outcome: it stays in
-- mart.indicator_value with its flag, and nothing else is made of it. ended_year is
-- config.indicator's, the last year that was over on the day the build is of.
create or replace temp macro is_ahead(year, ended_year) as coalesce(year > ended_year, false);

create or replace temp macro is_forecast(flags) as coalesce(list_contains(flags, 'forecast'), false);
