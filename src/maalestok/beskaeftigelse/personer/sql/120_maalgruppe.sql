-- grain: one row per maaned x person of the target group: on benefit for more than the rule's months, with a residence
-- on the month's first day. A benefit that inherits begins where the one before it began; an accumulated one counts its
-- months among the last ones, with pauses.
with arvede as (
    select spaend.person, spaend.noegle, spaend.fra, min(tidligere.fra) as arvet
    from maanedsspaend as spaend
    inner join arv on arv.noegle = spaend.noegle
    inner join maanedsspaend as tidligere
        on
            tidligere.person = spaend.person
            and tidligere.noegle = arv.fra_noegle
            and tidligere.fra <= spaend.fra
            and tidligere.til >= spaend.fra - 1
    group by spaend.person, spaend.noegle, spaend.fra
),

begyndte as (
    select
        spaend.person,
        spaend.noegle,
        spaend.til,
        spaend.fra,
        coalesce(arvede.arvet, spaend.fra) as begyndt
    from maanedsspaend as spaend
    left join arvede
        on arvede.person = spaend.person and arvede.noegle = spaend.noegle and arvede.fra = spaend.fra
),

sammenlagte as (
    select
        maanedsspaend.person,
        alle_maaneder.maaned,
        akkumulerede.laengde,
        count(*) over (
            partition by maanedsspaend.person, maanedsspaend.noegle
            order by alle_maaneder.maaned asc nulls last
            range between 35 preceding and current row
        ) as maaneder
    from maanedsspaend
    inner join akkumulerede on akkumulerede.noegle = maanedsspaend.noegle
    inner join alle_maaneder on alle_maaneder.maaned between maanedsspaend.fra and maanedsspaend.til
),

lange as (
    select begyndte.person, maalemaaneder.maaned, maalemaaneder.fra_dag
    from begyndte
    inner join enkelte on enkelte.noegle = begyndte.noegle
    inner join maalemaaneder
        on
            maalemaaneder.maaned between begyndte.fra and begyndte.til
            and maalemaaneder.maaned >= begyndte.begyndt + enkelte.laengde
    union
    select sammenlagte.person, maalemaaneder.maaned, maalemaaneder.fra_dag
    from sammenlagte
    inner join maalemaaneder on maalemaaneder.maaned = sammenlagte.maaned
    where sammenlagte.maaneder > sammenlagte.laengde
)

select lange.maaned, lange.person, beboelser.kommune
from lange
inner join beboelser
    on
        beboelser.person = lange.person
        and beboelser.fra <= lange.fra_dag
        and beboelser.til >= lange.fra_dag
