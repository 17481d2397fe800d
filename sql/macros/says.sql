-- A value as it is printed: rounded once, a half away from zero, on the shortest
-- decimal digits that stand for it, which are those that people see.
create or replace temp macro printed(value, decimals) as
    round(try_cast(value::varchar as decimal(38, 15)) * (10 ** decimals)::decimal(7, 0))::double / 10 ** decimals;

-- What may be said of a series, from its line and from the printed figures that a
-- reader will compare: the line's direction where the last figure has gone that
-- way from the first; flat where every figure is the same; else unclear. Of a
-- signed difference, or a ratio with a point of balance, what grows or shrinks is
-- the distance to that point (catalogue 9): away or closer while all figures lie on
-- one side of it, crossed_up or crossed_down where they have gone over.
create or replace temp macro trend_says(direction, from_value, to_value, lowest, highest, balance) as
    case
        when direction not in ('up', 'down') then direction
        when lowest = highest then 'flat'
        when direction = 'up' and to_value <= from_value or direction = 'down' and to_value >= from_value then 'unclear'
        when balance is null then direction
        when lowest >= balance or highest <= balance then if((direction = 'up') = (lowest >= balance), 'away', 'closer')
        when least(from_value, to_value) < balance and greatest(from_value, to_value) > balance then 'crossed_' || direction
        else 'unclear'
    end;

-- The side of its point of balance on which a figure lies in print.
create or replace temp macro side_of(value, balance) as
    case when value > balance then 'above' when value < balance then 'below' when value = balance then 'at' end;
