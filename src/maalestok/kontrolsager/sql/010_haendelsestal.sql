-- grain: one row per orden (delivery) x month_index x celle: the aggregated feed's figures, derived from events.
-- Each case is looked at as known at the delivery's end: its last draw, its creation, its last closing. Draws count in
-- the month of the last draw, what became of a control case in the month it was created, the stock at each month's end.
with sager as (
    select
        orden,
        sag,
        min(celle) as celle,
        max(month_index) filter (where haendelse = 'trukket') as trukket_maaned,
        max(nr) filter (where haendelse = 'trukket') as trukket_nr,
        max(nr) filter (where haendelse = 'lagt_tilbage') as tilbage_nr,
        max(month_index) filter (where haendelse = 'oprettet') as oprettet_maaned,
        max(nr) filter (where haendelse in ('afsluttet', 'henlagt')) as lukket_nr,
        max(nr) filter (where haendelse = 'genaabnet') as aabnet_nr
    from sagshaendelser
    group by orden, sag
),

med_effekt as (
    select
        orden,
        sag,
        nr,
        coalesce(tilbagebetaling_kr, 0) as tilbagebetaling_kr,
        coalesce(mindreudgift_kr, 0) as mindreudgift_kr
    from sagshaendelser
    where haendelse = 'afsluttet' and coalesce(tilbagebetaling_kr, 0) + coalesce(mindreudgift_kr, 0) > 0
),

trukne as (
    select
        orden,
        trukket_maaned as month_index,
        celle,
        count(*) as trukket,
        count(oprettet_maaned) as trukket_oprettet
    from sager
    where trukket_maaned is not null and coalesce(tilbage_nr, 0) < trukket_nr
    group by orden, trukket_maaned, celle
),

oprettede as (
    select
        sager.orden,
        sager.oprettet_maaned as month_index,
        sager.celle,
        count(*) as oprettet,
        count(*) filter (where sager.lukket_nr > coalesce(sager.aabnet_nr, 0)) as afsluttet,
        count(med_effekt.nr) as afsluttet_effekt,
        cast(coalesce(sum(med_effekt.tilbagebetaling_kr), 0) as bigint) as tilbagebetaling_kr,
        cast(coalesce(sum(med_effekt.mindreudgift_kr), 0) as bigint) as mindreudgift_kr
    from sager
    left join med_effekt
        on
            med_effekt.orden = sager.orden
            and med_effekt.sag = sager.sag
            and med_effekt.nr = sager.lukket_nr
            and sager.lukket_nr > coalesce(sager.aabnet_nr, 0)
    where sager.oprettet_maaned is not null
    group by sager.orden, sager.oprettet_maaned, sager.celle
),

bevaegelser as (
    select
        orden,
        month_index,
        celle,
        count(*) filter (where haendelse in ('udstillet', 'lagt_tilbage'))
        - count(*) filter (where haendelse in ('trukket', 'bortfaldet')) as netto
    from sagshaendelser
    where haendelse in ('udstillet', 'lagt_tilbage', 'trukket', 'bortfaldet')
    group by orden, month_index, celle
),

gitter as (
    select haendelsesfiler.orden, perioder.month_index, celler.celle
    from haendelsesfiler
    cross join perioder
    cross join celler
    where perioder.month_index between haendelsesfiler.fra and haendelsesfiler.til
)

select
    gitter.orden,
    gitter.month_index,
    gitter.celle,
    cast(
        sum(coalesce(bevaegelser.netto, 0)) over (
            partition by gitter.orden, gitter.celle
            order by gitter.month_index asc nulls last
            range between unbounded preceding and current row
        ) as bigint
    ) as rest_brutto,
    coalesce(trukne.trukket, 0) as trukket,
    coalesce(trukne.trukket_oprettet, 0) as trukket_oprettet,
    coalesce(oprettede.oprettet, 0) as oprettet,
    coalesce(oprettede.afsluttet, 0) as afsluttet,
    coalesce(oprettede.afsluttet_effekt, 0) as afsluttet_effekt,
    coalesce(oprettede.tilbagebetaling_kr, 0) as tilbagebetaling_kr,
    coalesce(oprettede.mindreudgift_kr, 0) as mindreudgift_kr
from gitter
left join bevaegelser
    on
        bevaegelser.orden = gitter.orden
        and bevaegelser.month_index = gitter.month_index
        and bevaegelser.celle = gitter.celle
left join trukne
    on
        trukne.orden = gitter.orden
        and trukne.month_index = gitter.month_index
        and trukne.celle = gitter.celle
left join oprettede
    on
        oprettede.orden = gitter.orden
        and oprettede.month_index = gitter.month_index
        and oprettede.celle = gitter.celle
order by gitter.orden asc nulls last, gitter.month_index asc nulls last, gitter.celle asc nulls last
