-- grain: one row per maaned x person of the target group: what the person has had in the 12 months up to the month's end.
with linje as (
    select person, maaned, kommune, 0 as samtaler, 0 as timer, 0 as tilbud_til from maalgruppe
    union all
    select person, maaned, 0 as kommune, samtaler, timer, tilbud_til from indsatsmaaneder
),

samlet as (
    select
        person,
        maaned,
        max(kommune) as kommune,
        sum(samtaler) as samtaler,
        sum(timer) as timer,
        max(tilbud_til) as tilbud_til
    from linje
    group by person, maaned
),

talt as (
    select
        person,
        maaned,
        kommune,
        sum(samtaler) over (
            partition by person order by maaned asc nulls last range between 11 preceding and current row
        ) as samtaler,
        sum(timer) over (
            partition by person order by maaned asc nulls last range between 11 preceding and current row
        ) as timer,
        max(tilbud_til) over (
            partition by person order by maaned asc nulls last rows between unbounded preceding and current row
        ) as tilbud_til
    from samlet
)

select
    person,
    maaned,
    kommune,
    cast(samtaler as bigint) as samtaler,
    cast(timer as bigint) as timer,
    tilbud_til
from talt
where kommune > 0
