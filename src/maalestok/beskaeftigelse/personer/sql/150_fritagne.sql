-- grain: one row per maaned x person x art: exempt on every day of the 12 months up to the month's end. Exemptions that
-- touch or overlap are one.
with spaend as (
    select
        fritagelser.person_id as person,
        fritagelser.art,
        case when fritagelser.fra < raekkevidde.fra_dag then raekkevidde.fra_dag else fritagelser.fra end as fra,
        case
            when coalesce(fritagelser.til, raekkevidde.til_dag) >= raekkevidde.til_dag then raekkevidde.frem_dag
            else fritagelser.til
        end as til
    from fritagelser
    inner join raekkevidde
        on
            raekkevidde.feed = 'fritagelser'
            and raekkevidde.orden = fritagelser.orden
            and fritagelser.fra <= raekkevidde.til_dag
            and coalesce(fritagelser.til, raekkevidde.til_dag) >= raekkevidde.fra_dag
),

efter as (
    select
        person,
        art,
        fra,
        til,
        max(til) over (
            partition by person, art
            order by fra asc nulls last, til asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as foer
    from spaend
),

raekker as (
    select
        person,
        art,
        fra,
        til,
        sum(case when foer is null or fra > foer + 1 then 1 else 0 end) over (
            partition by person, art
            order by fra asc nulls last, til asc nulls last
            rows between unbounded preceding and current row
        ) as raekke
    from efter
),

samlede as (
    select person, art, min(fra) as fra, max(til) as til
    from raekker
    group by person, art, raekke
)

select maalemaaneder.maaned, samlede.person, samlede.art
from samlede
inner join maalemaaneder on samlede.fra <= maalemaaneder.vindue_fra_dag and samlede.til >= maalemaaneder.til_dag
