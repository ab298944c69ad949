-- grain: one row per person of the target group x maaned: held talks that began in it, hundredths of an hour worked in
-- it, the last month of the held offers that began in it. A month is told by the delivery in force for it.
with personer as (
    select distinct person from maalgruppe
),

udfoert as (
    select
        indsats.person_id as person,
        indsats.art,
        begyndt.maaned,
        endt.maaned as til
    from indsats
    inner join raekkevidde
        on
            raekkevidde.feed = 'indsats'
            and raekkevidde.orden = indsats.orden
            and indsats.fra <= raekkevidde.til_dag
            and case
                when indsats.art = 'samtale' then indsats.fra
                else coalesce(indsats.til, raekkevidde.til_dag)
            end >= raekkevidde.fra_dag
    inner join valg
        on
            case
                when indsats.art = 'samtale' then indsats.fra
                else coalesce(indsats.til, raekkevidde.til_dag)
            end >= valg.historie_dag
    inner join personer on personer.person = indsats.person_id
    inner join dage as begyndt
        on begyndt.dag = case when indsats.fra < valg.historie_dag then valg.historie_dag else indsats.fra end
    inner join dage as endt
        on
            endt.dag
            = case
                when indsats.art = 'samtale' then indsats.fra
                when coalesce(indsats.til, raekkevidde.til_dag) > raekkevidde.til_dag then raekkevidde.til_dag
                else coalesce(indsats.til, raekkevidde.til_dag)
            end
    where indsats.afholdt
),

kendte as (
    select person, maaned, 1 as samtaler, 0 as timer, 0 as tilbud_til
    from udfoert
    where art = 'samtale'
    union all
    select person, maaned, 0 as samtaler, 0 as timer, til as tilbud_til
    from udfoert
    where art = 'tilbud'
    union all
    select arbejdstimer.person_id as person, arbejdstimer.maaned, 0 as samtaler, arbejdstimer.timer, 0 as tilbud_til
    from arbejdstimer
    inner join raekkevidde
        on
            raekkevidde.feed = 'arbejdstimer'
            and raekkevidde.orden = arbejdstimer.orden
            and arbejdstimer.maaned between raekkevidde.fra_maaned and raekkevidde.til_maaned
    inner join personer on personer.person = arbejdstimer.person_id
)

select
    person,
    maaned,
    cast(sum(samtaler) as bigint) as samtaler,
    cast(sum(timer) as bigint) as timer,
    cast(max(tilbud_til) as integer) as tilbud_til
from kendte
group by person, maaned
