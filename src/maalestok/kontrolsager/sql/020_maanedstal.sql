-- grain: one row per month_index x celle: the figures in force, delivered as counts or derived from events.
-- The newest delivery that holds a month wins the whole month; `kontrolsager` holds, of the counts, only months in force.
with leveret as (
    select
        orden,
        month_index,
        celle,
        rest_brutto,
        trukket,
        trukket_oprettet,
        oprettet,
        afsluttet,
        afsluttet_effekt,
        tilbagebetaling_kr,
        mindreudgift_kr,
        beloeb_grundlag
    from kontrolsager
    union all
    select
        orden,
        month_index,
        celle,
        rest_brutto,
        trukket,
        trukket_oprettet,
        oprettet,
        afsluttet,
        afsluttet_effekt,
        tilbagebetaling_kr,
        mindreudgift_kr,
        'ukendt' as beloeb_grundlag
    from haendelsestal
),

gaeldende as (
    select month_index, max(orden) as orden
    from leveret
    group by month_index
)

select
    leveret.orden,
    leveret.month_index,
    leveret.celle,
    leveret.rest_brutto,
    leveret.trukket,
    leveret.trukket_oprettet,
    leveret.oprettet,
    leveret.afsluttet,
    leveret.afsluttet_effekt,
    leveret.tilbagebetaling_kr,
    leveret.mindreudgift_kr,
    leveret.beloeb_grundlag
from leveret
inner join gaeldende on gaeldende.month_index = leveret.month_index and gaeldende.orden = leveret.orden
order by leveret.month_index asc nulls last, leveret.celle asc nulls last
