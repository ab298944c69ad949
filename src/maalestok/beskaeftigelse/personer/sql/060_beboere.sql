-- grain: one row per fra_dag (a window's first day) x kommune: residents aged as the rule says.
select
    foerstedage.fra_dag,
    beboelser.kommune,
    cast(count(*) as bigint) as beboere
from beboelser
inner join (select distinct fra_dag, aar, fra_alder, til_alder from vinduer) as foerstedage
    on
        beboelser.fra <= foerstedage.fra_dag
        and beboelser.til >= foerstedage.fra_dag
        and foerstedage.aar - beboelser.foedselsaar between foerstedage.fra_alder and foerstedage.til_alder
group by foerstedage.fra_dag, beboelser.kommune
order by foerstedage.fra_dag asc nulls last, beboelser.kommune asc nulls last
