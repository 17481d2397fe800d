-- 97,5-procentkvantilen i Students t-fördelning, för 95 procents intervall.
-- NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, with more
-- decimals from the integral of the distribution's density. The degrees of
-- freedom are the years less the line's two: 3 to 30 are 5 to 32 years.
create or replace temp macro student_t_975(degrees) as
    case degrees
        when 3 then 3.182446305
        when 4 then 2.776445105
        when 5 then 2.570581836
        when 6 then 2.446911851
        when 7 then 2.364624252
        when 8 then 2.306004135
        when 9 then 2.262157163
        when 10 then 2.228138852
        when 11 then 2.200985160
        when 12 then 2.178812830
        when 13 then 2.160368656
        when 14 then 2.144786688
        when 15 then 2.131449546
        when 16 then 2.119905299
        when 17 then 2.109815578
        when 18 then 2.100922040
        when 19 then 2.093024054
        when 20 then 2.085963447
        when 21 then 2.079613845
        when 22 then 2.073873068
        when 23 then 2.068657610
        when 24 then 2.063898562
        when 25 then 2.059538553
        when 26 then 2.055529439
        when 27 then 2.051830516
        when 28 then 2.048407142
        when 29 then 2.045229642
        when 30 then 2.042272456
    end::double;

-- The least-squares slope per year, of five years or more. In order of years, so
-- that a sum of floating numbers is the same every time.
create or replace temp macro slope_of(value, year) as
    case when count(*) >= 5 then regr_slope(value, year order by year) end;

-- Half the 95 percent interval of a slope: its standard error from the sums of
-- squares about the means, syy of the values and sxx of the years. Rounding may
-- leave a residual just under zero.
create or replace temp macro slope_half(slope, syy, sxx, years) as
    student_t_975(years - 2) * sqrt(greatest(syy - slope * slope * sxx, 0) / (years - 2) / sxx);

create or replace temp macro direction_of(slope, half) as
    case
        when slope is null then 'too_few_years'
        when slope - half > 0 then 'up'
        when slope + half < 0 then 'down'
        else 'flat'
    end;
