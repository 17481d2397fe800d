-- The last day of a period as SCB and Kolada write them: a year (2025), a quarter
-- (2025K3), a month (2025M07), or a span of years, whose last counts (2021-2025).
-- NULL where the text is none of these: nothing is then known to be due.
create or replace temp macro period_end(period) as
    case
        when regexp_full_match(period, '([0-9]{4}[-/])?[0-9]{4}') then make_date(right(period, 4)::integer, 12, 31)
        when regexp_full_match(period, '[0-9]{4}K[1-4]') then last_day(make_date(left(period, 4)::integer, 3 * right(period, 1)::integer, 1))
        when regexp_full_match(period, '[0-9]{4}M(0[1-9]|1[0-2])') then last_day(make_date(left(period, 4)::integer, right(period, 2)::integer, 1))
    end;

-- When the figures after a period are due: when the next one has ended (every so
-- many months) and the time has passed that figures take to come. That is the
-- longest that the table itself has taken, where two periods have been seen to
-- come (usual_days), else the months that the config expects, else 24.
create or replace temp macro due_on(last_day, every_months, usual_days, lag_months) as
    (last_day(last_day + to_months(every_months::integer))
        + case when usual_days is null then to_months(coalesce(lag_months, 24)::integer) else to_days(usual_days::integer) end)::date;

-- Three months after they were due figures are overdue; a year after, the table
-- has probably stopped.
create or replace temp macro overdue_on(due) as (due + to_months(3))::date;

create or replace temp macro frozen_on(due) as (due + to_months(12))::date;

-- How a series stands on a day. A table that goes on in its successor has ended;
-- one that the publisher calls discontinued will get no more.
create or replace temp macro standing_of(day, due, has_ended, is_discontinued) as
    case
        when has_ended then 'ended'
        when is_discontinued then 'discontinued'
        when day > frozen_on(due) then 'frozen'
        when day > overdue_on(due) then 'overdue'
        else 'ok'
    end;

-- The worst standing of several is that of the highest rank.
create or replace temp macro standing_rank(standing) as
    list_position(['ended', 'ok', 'overdue', 'frozen', 'discontinued'], standing);
