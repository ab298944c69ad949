-- grain: one row per person x noegle x fra: months in a row with a benefit (or benefits that count as one, `noegle`).
-- A row ends only with a whole calendar month without the benefit. Months long past are not told apart (`historie_dag`).
with maaneder_med as (
    select distinct
        ydelsesspaend.person,
        maalydelser.noegle,
        begyndt.maaned as fra,
        endt.maaned as til
    from ydelsesspaend
    inner join maalydelser on maalydelser.ydelse = ydelsesspaend.ydelse
    inner join valg on ydelsesspaend.til >= valg.historie_dag
    inner join dage as begyndt
        on
            begyndt.dag
            = case when ydelsesspaend.fra < valg.historie_dag then valg.historie_dag else ydelsesspaend.fra end
    inner join dage as endt on endt.dag = ydelsesspaend.til
),

efter as (
    select
        person,
        noegle,
        fra,
        til,
        max(til) over (
            partition by person, noegle
            order by fra asc nulls last, til asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as foer
    from maaneder_med
),

raekker as (
    select
        person,
        noegle,
        fra,
        til,
        sum(case when foer is null or fra > foer + 1 then 1 else 0 end) over (
            partition by person, noegle
            order by fra asc nulls last, til asc nulls last
            rows between unbounded preceding and current row
        ) as raekke
    from efter
)

select person, noegle, cast(min(fra) as integer) as fra, cast(max(til) as integer) as til
from raekker
group by person, noegle, raekke
