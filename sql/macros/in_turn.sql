-- A series that goes on in another table has a year from the first one up to the
-- last year that the first has any value of (until), and from the other after
-- that. A year that the first has only announced, every cell missing, is the
-- other's as soon as that has the figure. valued and rows count the two tables'
-- rows of one figure: where neither has a value, the first one's stands.
create or replace temp macro in_turn(continued, year, until, valued, rows) as
    continued = (year > coalesce(until, 0) and (valued > 0 or rows = 1)) or (not continued and valued = 0);
