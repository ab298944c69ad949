-- grain: one row per month_index x celle x figure in which counts and events, both as known at the same month's end, differ.
-- `opgjort` names, for each month of the counts in force, the last month of their delivery; events name theirs in `til`.
with begge as (
    select
        kontrolsager.month_index,
        kontrolsager.celle,
        kontrolsager.rest_brutto,
        kontrolsager.trukket,
        kontrolsager.trukket_oprettet,
        kontrolsager.oprettet,
        kontrolsager.afsluttet,
        kontrolsager.afsluttet_effekt,
        kontrolsager.tilbagebetaling_kr,
        kontrolsager.mindreudgift_kr,
        haendelsestal.rest_brutto as h_rest_brutto,
        haendelsestal.trukket as h_trukket,
        haendelsestal.trukket_oprettet as h_trukket_oprettet,
        haendelsestal.oprettet as h_oprettet,
        haendelsestal.afsluttet as h_afsluttet,
        haendelsestal.afsluttet_effekt as h_afsluttet_effekt,
        haendelsestal.tilbagebetaling_kr as h_tilbagebetaling_kr,
        haendelsestal.mindreudgift_kr as h_mindreudgift_kr
    from kontrolsager
    inner join haendelsesfiler on haendelsesfiler.til = kontrolsager.opgjort and haendelsesfiler.er_nyeste
    inner join haendelsestal
        on
            haendelsestal.orden = haendelsesfiler.orden
            and haendelsestal.month_index = kontrolsager.month_index
            and haendelsestal.celle = kontrolsager.celle
),

par as (
    select month_index, celle, 'rest_brutto' as figur, rest_brutto as optalt, h_rest_brutto as af_haendelser from begge
    union all
    select month_index, celle, 'trukket' as figur, trukket as optalt, h_trukket as af_haendelser from begge
    union all
    select
        month_index,
        celle,
        'trukket_oprettet' as figur,
        trukket_oprettet as optalt,
        h_trukket_oprettet as af_haendelser
    from begge
    union all
    select month_index, celle, 'oprettet' as figur, oprettet as optalt, h_oprettet as af_haendelser from begge
    union all
    select month_index, celle, 'afsluttet' as figur, afsluttet as optalt, h_afsluttet as af_haendelser from begge
    union all
    select
        month_index,
        celle,
        'afsluttet_effekt' as figur,
        afsluttet_effekt as optalt,
        h_afsluttet_effekt as af_haendelser
    from begge
    union all
    select
        month_index,
        celle,
        'tilbagebetaling_kr' as figur,
        tilbagebetaling_kr as optalt,
        h_tilbagebetaling_kr as af_haendelser
    from begge
    union all
    select
        month_index,
        celle,
        'mindreudgift_kr' as figur,
        mindreudgift_kr as optalt,
        h_mindreudgift_kr as af_haendelser
    from begge
)

select month_index, celle, figur, optalt, af_haendelser
from par
where optalt <> af_haendelser
order by month_index asc nulls last, celle asc nulls last, figur asc nulls last
