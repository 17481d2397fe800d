-- A value as it is printed: rounded once, a half away from zero, on the shortest
-- decimal digits that stand for it, which are those that people see.
create or replace temp macro printed(value, decimals) as
    round(try_cast(value::varchar as decimal(38, 15)) * (10 ** decimals)::decimal(7, 0))::double / 10 ** decimals;

-- What may be said of a series, from its line and from the printed figures that a
-- reader will compare: the line's direction where the last figure has gone that
-- way from the first; flat where every figure is the same; else unclear.
create or replace temp macro trend_says(direction, from_value, to_value, lowest, highest) as
    case
        when direction not in ('up', 'down') then direction
        when lowest = highest then 'flat'
        when direction = 'up' and to_value <= from_value or direction = 'down' and to_value >= from_value then 'unclear'
        else direction
    end;
