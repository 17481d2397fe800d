-- 97,5-procentkvantilen i Students t-fördelning, för 95 procents intervall.
-- NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, with more
-- decimals from the closed form of the distribution. 3 to 8 degrees of freedom
-- are five to ten years less the line's two.
create or replace temp macro student_t_975(degrees) as
    case degrees
        when 3 then 3.182446305
        when 4 then 2.776445105
        when 5 then 2.570581836
        when 6 then 2.446911851
        when 7 then 2.364624252
        when 8 then 2.306004135
    end::double;
