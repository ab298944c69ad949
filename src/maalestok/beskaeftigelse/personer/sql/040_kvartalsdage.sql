-- grain: one row per version x person x kvartal x prioritet x betaler: grade-days (a day of full benefit is 100).
-- `betaler` is null unless figures go by paying municipality; then the lowest code of those that pay the area that day.
with betalere as (
    select
        ydelser.version,
        ydelser.prioritet,
        ydelsesspaend.person,
        ydelsesspaend.fra,
        ydelsesspaend.til,
        ydelsesspaend.betaler
    from ydelsesspaend
    inner join valg on valg.efter_betaler
    inner join ydelser on ydelser.ydelse = ydelsesspaend.ydelse
    where ydelsesspaend.betaler is not null
),

betalte as (
    select
        omraadespaend.version,
        omraadespaend.person,
        omraadespaend.fra,
        min(betalere.betaler) as betaler
    from omraadespaend
    inner join betalere
        on
            betalere.person = omraadespaend.person
            and betalere.version = omraadespaend.version
            and betalere.prioritet = omraadespaend.prioritet
            and betalere.fra <= omraadespaend.fra
            and betalere.til >= omraadespaend.til
    group by omraadespaend.version, omraadespaend.person, omraadespaend.fra
),

dele as (
    select
        omraadespaend.version,
        omraadespaend.person,
        omraadespaend.prioritet,
        omraadespaend.grad,
        betalte.betaler,
        kvartaler.kvartal,
        case when omraadespaend.fra > kvartaler.fra_dag then omraadespaend.fra else kvartaler.fra_dag end as fra,
        case when omraadespaend.til < kvartaler.til_dag then omraadespaend.til else kvartaler.til_dag end as til
    from omraadespaend
    inner join kvartaler on kvartaler.fra_dag <= omraadespaend.til and kvartaler.til_dag >= omraadespaend.fra
    left join betalte
        on
            betalte.version = omraadespaend.version
            and betalte.person = omraadespaend.person
            and betalte.fra = omraadespaend.fra
)

select
    version,
    person,
    kvartal,
    prioritet,
    betaler,
    cast(sum(grad * (til - fra + 1)) as bigint) as grad_dage
from dele
group by version, person, kvartal, prioritet, betaler
