-- grain: one row per version x vindue x kommune x prioritet: grade-days of the residents of the window's first day, aged
-- as the rule says (year of that day minus year of birth).
select
    vinduer.version,
    vinduer.vindue,
    kvartalsdage.prioritet,
    coalesce(kvartalsdage.betaler, beboelser.kommune) as kommune,
    cast(sum(kvartalsdage.grad_dage) as bigint) as grad_dage
from kvartalsdage
inner join vinduer
    on
        vinduer.version = kvartalsdage.version
        and kvartalsdage.kvartal between vinduer.foerste_kvartal and vinduer.sidste_kvartal
inner join beboelser
    on
        beboelser.person = kvartalsdage.person
        and beboelser.fra <= vinduer.fra_dag
        and beboelser.til >= vinduer.fra_dag
        and vinduer.aar - beboelser.foedselsaar between vinduer.fra_alder and vinduer.til_alder
group by vinduer.version, vinduer.vindue, kvartalsdage.prioritet, coalesce(kvartalsdage.betaler, beboelser.kommune)
order by
    vinduer.version asc nulls last,
    vinduer.vindue asc nulls last,
    kommune asc nulls last,
    kvartalsdage.prioritet asc nulls last
