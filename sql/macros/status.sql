-- Observation status, SDMX code list CL_OBS_STATUS: A normal, P provisional,
-- E estimated, and the missing ones: M cannot exist, O missing, Q suppressed.
create or replace temp macro status_rank(status) as
    list_position(['A', 'P', 'E', 'M', 'Q', 'O'], status);

-- A municipality's rate over fewer persons than least (catalogue 7.20).
create or replace temp macro small_rate(level, counts, denominator, least) as
    coalesce(level = 'municipality' and counts = 'persons' and denominator < least, false);

-- The status of a set of inputs is that of the worst.
create or replace temp macro worst_status(status) as
    max_by(status, status_rank(status));

create or replace temp macro worse_status(a, b) as
    case when status_rank(a) >= status_rank(b) then a else b end;

-- The status of a published cell. SCB's symbols: «.» cannot occur; «..» and
-- anything else without a value is missing with no more said. A symbol beside
-- a value is a note, not a gap.
create or replace temp macro cell_status(value, symbol) as
    case
        when value is not null then 'A'
        when symbol = '.' then 'M'
        else 'O'
    end;

-- «-» is the agency's exact zero. Only counts and flows may read it so; a
-- median or a rate may not.
create or replace temp macro count_value(value, symbol) as
    case when value is null and symbol in ('-', '–') then 0.0 else value end;

create or replace temp macro count_status(value, symbol) as
    cell_status(count_value(value, symbol), symbol);

-- A sum of so many published cells. With a part missing, or a row of it not
-- there at all, the sum is missing: it would look like a total and be too small.
create or replace temp macro sum_of(value, cells) as
    case when count(*) = cells and count(value) = cells then sum(value) end;

create or replace temp macro status_of(status, cells) as
    case when count(*) = cells then worst_status(status) else 'O' end;

-- A ratio with a missing part is missing, and so is one over zero.
create or replace temp macro ratio(numerator, denominator) as
    case when denominator <> 0 then numerator / denominator end;

create or replace temp macro ratio_status(numerator_status, denominator_status, denominator) as
    case when denominator = 0 then 'M' else worse_status(numerator_status, denominator_status) end;
