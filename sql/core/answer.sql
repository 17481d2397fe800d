-- Svaren på utvärderingsfrågorna som de gäller nu.
-- grain: effort_id, year, question
select
    insats_id as effort_id,
    ar::integer as year,
    fraga::integer as question,
    bedomning as judgement,
    motivering as reasons,
    lardom as lesson
from outcome.answer
where ersatt_av is null
