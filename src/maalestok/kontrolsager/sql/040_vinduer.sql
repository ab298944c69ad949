-- grain: one row per sted (kommune, landsdel, region, 000) x omraade x kontroltrin x month_index: 12 months to that month's end.
-- A figure is null unless each of its 12 months is there for every municipality and area in it. The stock is that of the last.
with snit as (
    select
        maanedstal.month_index,
        celler.kommune_kode,
        celler.omraade,
        celler.kontroltrin,
        maanedstal.rest_brutto,
        maanedstal.trukket,
        maanedstal.trukket_oprettet,
        maanedstal.oprettet,
        maanedstal.afsluttet,
        maanedstal.afsluttet_effekt,
        maanedstal.tilbagebetaling_kr,
        maanedstal.mindreudgift_kr,
        maanedstal.beloeb_grundlag
    from maanedstal
    inner join celler on celler.celle = maanedstal.celle
    union all
    select
        maanedstal.month_index,
        celler.kommune_kode,
        'i_alt' as omraade,
        celler.kontroltrin,
        maanedstal.rest_brutto,
        maanedstal.trukket,
        maanedstal.trukket_oprettet,
        maanedstal.oprettet,
        maanedstal.afsluttet,
        maanedstal.afsluttet_effekt,
        maanedstal.tilbagebetaling_kr,
        maanedstal.mindreudgift_kr,
        maanedstal.beloeb_grundlag
    from maanedstal
    inner join celler on celler.celle = maanedstal.celle
    where celler.kontroltrin = 3
),

gitter as (
    select steder.sted, steder.medlemmer, cuts.omraade, cuts.kontroltrin, cuts.dele, perioder.month_index
    from (select sted, count(*) as medlemmer from steder group by sted) as steder
    cross join (
        select omraade, kontroltrin, 1 as dele from (select distinct omraade, kontroltrin from celler) as enkelte
        union all
        select 'i_alt' as omraade, 3 as kontroltrin, count(*) as dele
        from (select distinct omraade from celler where kontroltrin = 3) as omraader
    ) as cuts
    cross join perioder
),

summer as (
    select
        steder.sted,
        snit.omraade,
        snit.kontroltrin,
        snit.month_index,
        count(snit.rest_brutto) as n_rest_brutto,
        count(snit.trukket) as n_trukket,
        count(snit.trukket_oprettet) as n_trukket_oprettet,
        count(snit.oprettet) as n_oprettet,
        count(snit.afsluttet) as n_afsluttet,
        count(snit.afsluttet_effekt) as n_afsluttet_effekt,
        count(snit.tilbagebetaling_kr) as n_tilbagebetaling_kr,
        count(snit.mindreudgift_kr) as n_mindreudgift_kr,
        sum(snit.rest_brutto) as rest_brutto,
        sum(snit.trukket) as trukket,
        sum(snit.trukket_oprettet) as trukket_oprettet,
        sum(snit.oprettet) as oprettet,
        sum(snit.afsluttet) as afsluttet,
        sum(snit.afsluttet_effekt) as afsluttet_effekt,
        sum(snit.tilbagebetaling_kr) as tilbagebetaling_kr,
        sum(snit.mindreudgift_kr) as mindreudgift_kr,
        min(snit.beloeb_grundlag) filter (
            where coalesce(snit.tilbagebetaling_kr, 0) + coalesce(snit.mindreudgift_kr, 0) > 0
        ) as foerste_grundlag,
        max(snit.beloeb_grundlag) filter (
            where coalesce(snit.tilbagebetaling_kr, 0) + coalesce(snit.mindreudgift_kr, 0) > 0
        ) as sidste_grundlag
    from snit
    inner join steder on steder.kommune_kode = snit.kommune_kode
    group by steder.sted, snit.omraade, snit.kontroltrin, snit.month_index
),

hele as (
    select
        gitter.sted,
        gitter.omraade,
        gitter.kontroltrin,
        gitter.month_index,
        case when summer.n_rest_brutto = gitter.medlemmer * gitter.dele then summer.rest_brutto end as rest_brutto,
        case when summer.n_trukket = gitter.medlemmer * gitter.dele then summer.trukket end as trukket,
        case
            when summer.n_trukket_oprettet = gitter.medlemmer * gitter.dele then summer.trukket_oprettet
        end as trukket_oprettet,
        case when summer.n_oprettet = gitter.medlemmer * gitter.dele then summer.oprettet end as oprettet,
        case when summer.n_afsluttet = gitter.medlemmer * gitter.dele then summer.afsluttet end as afsluttet,
        case
            when summer.n_afsluttet_effekt = gitter.medlemmer * gitter.dele then summer.afsluttet_effekt
        end as afsluttet_effekt,
        case
            when summer.n_tilbagebetaling_kr = gitter.medlemmer * gitter.dele then summer.tilbagebetaling_kr
        end as tilbagebetaling_kr,
        case
            when summer.n_mindreudgift_kr = gitter.medlemmer * gitter.dele then summer.mindreudgift_kr
        end as mindreudgift_kr,
        summer.foerste_grundlag,
        summer.sidste_grundlag
    from gitter
    left join summer
        on
            summer.sted = gitter.sted
            and summer.omraade = gitter.omraade
            and summer.kontroltrin = gitter.kontroltrin
            and summer.month_index = gitter.month_index
),

rullende as (
    select
        sted,
        omraade,
        kontroltrin,
        month_index,
        rest_brutto,
        count(*) over aar as maaneder,
        count(case when trukket is not null and rest_brutto is not null then 1 end) over aar as maaneder_leveret,
        count(rest_brutto) over aar as n_rest_brutto,
        count(trukket) over aar as n_trukket,
        count(trukket_oprettet) over aar as n_trukket_oprettet,
        count(oprettet) over aar as n_oprettet,
        count(afsluttet) over aar as n_afsluttet,
        count(afsluttet_effekt) over aar as n_afsluttet_effekt,
        count(tilbagebetaling_kr) over aar as n_tilbagebetaling_kr,
        count(mindreudgift_kr) over aar as n_mindreudgift_kr,
        sum(trukket) over aar as trukket,
        sum(trukket) over elleve as trukket_blivende,
        sum(trukket_oprettet) over aar as trukket_oprettet,
        sum(oprettet) over aar as oprettet,
        sum(afsluttet) over aar as afsluttet,
        sum(afsluttet_effekt) over aar as afsluttet_effekt,
        sum(tilbagebetaling_kr) over aar as tilbagebetaling_kr,
        sum(mindreudgift_kr) over aar as mindreudgift_kr,
        min(foerste_grundlag) over aar as foerste_grundlag,
        max(sidste_grundlag) over aar as sidste_grundlag
    from hele
    window
        aar as (
            partition by sted, omraade, kontroltrin
            order by month_index asc nulls last
            range between 11 preceding and current row
        ),
        elleve as (
            partition by sted, omraade, kontroltrin
            order by month_index asc nulls last
            range between 10 preceding and current row
        )
)

select
    sted as kommune_kode,
    omraade,
    kontroltrin,
    month_index,
    12 - maaneder_leveret as maaneder_mangler,
    cast(case when n_rest_brutto = 12 then rest_brutto end as bigint) as rest_brutto,
    cast(case when n_trukket = 12 then trukket end as bigint) as trukket,
    cast(case when n_trukket = 12 then trukket_blivende end as bigint) as trukket_blivende,
    cast(case when n_trukket_oprettet = 12 then trukket_oprettet end as bigint) as trukket_oprettet,
    cast(case when n_oprettet = 12 then oprettet end as bigint) as oprettet,
    cast(case when n_afsluttet = 12 then afsluttet end as bigint) as afsluttet,
    cast(case when n_afsluttet_effekt = 12 then afsluttet_effekt end as bigint) as afsluttet_effekt,
    cast(case when n_tilbagebetaling_kr = 12 then tilbagebetaling_kr end as bigint) as tilbagebetaling_kr,
    cast(case when n_mindreudgift_kr = 12 then mindreudgift_kr end as bigint) as mindreudgift_kr,
    coalesce(foerste_grundlag <> sidste_grundlag, false) as blandet_grundlag
from rullende
where maaneder = 12
order by month_index asc nulls last, sted asc nulls last, omraade asc nulls last, kontroltrin asc nulls last
