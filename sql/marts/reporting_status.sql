-- Vem som rapporterat: varje insats i varje öppnad omgång, när rapporten skulle komma, när den kom, och vad som avvisats.
-- grain: round, effort_id
-- What has not come when the archive last received anything is missing if its
-- day has passed by then, otherwise open.
select
    report.round,
    report.opens,
    report.due,
    report.unit as reporting_unit,
    report.effort_id,
    effort.effort,
    effort.effort_type,
    effort.responsible_function,
    report.owes,
    report.handed_in,
    report.received,
    case
        when report.handed_in > report.due then 'late'
        when report.received is not null then 'received'
        when build.received::date > report.due then 'missing'
        else 'open'
    end as report_state,
    report.refused_times,
    report.last_refused,
    report.refused_why,
    build.received as as_of
from core.report as report
join core.effort as effort using (effort_id)
join config.build as build on report.opens <= build.received
