-- grain: one row per version x vindue x kommune x prioritet: grade-days of the residents of the window's first day, aged
-- as the rule says (year of that day minus year of birth). Windows are summed by person before residences are looked up:
-- residences joined with windows first would be every resident once a window.
with personvinduer as (
    select
        vinduer.version,
        vinduer.vindue,
        vinduer.fra_dag,
        vinduer.aar,
        vinduer.fra_alder,
        vinduer.til_alder,
        kvartalsdage.person,
        kvartalsdage.prioritet,
        kvartalsdage.betaler,
        sum(kvartalsdage.grad_dage) as grad_dage
    from kvartalsdage
    inner join vinduer
        on
            vinduer.version = kvartalsdage.version
            and kvartalsdage.kvartal between vinduer.foerste_kvartal and vinduer.sidste_kvartal
    group by
        vinduer.version,
        vinduer.vindue,
        vinduer.fra_dag,
        vinduer.aar,
        vinduer.fra_alder,
        vinduer.til_alder,
        kvartalsdage.person,
        kvartalsdage.prioritet,
        kvartalsdage.betaler
)

select
    personvinduer.version,
    personvinduer.vindue,
    personvinduer.prioritet,
    coalesce(personvinduer.betaler, beboelser.kommune) as kommune,
    cast(sum(personvinduer.grad_dage) as bigint) as grad_dage
from personvinduer
inner join beboelser
    on
        beboelser.person = personvinduer.person
        and beboelser.fra <= personvinduer.fra_dag
        and beboelser.til >= personvinduer.fra_dag
        and personvinduer.aar - beboelser.foedselsaar between personvinduer.fra_alder and personvinduer.til_alder
group by
    personvinduer.version,
    personvinduer.vindue,
    personvinduer.prioritet,
    coalesce(personvinduer.betaler, beboelser.kommune)
order by
    personvinduer.version asc nulls last,
    personvinduer.vindue asc nulls last,
    kommune asc nulls last,
    personvinduer.prioritet asc nulls last
