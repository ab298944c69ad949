-- grain: one row per person x fra: a residence in force, in days since 1970-01-01, both ends with.
-- The newest delivery of a month tells all of it, so that rows are cut at the days their delivery tells of. What goes on
-- on the last known day is taken to go on to `frem_dag`; only months after the last known one see that.
select
    borgere.person_id as person,
    borgere.kommune_kode as kommune,
    borgere.foedselsaar,
    case when borgere.fra < raekkevidde.fra_dag then raekkevidde.fra_dag else borgere.fra end as fra,
    case
        when coalesce(borgere.til, raekkevidde.til_dag) >= raekkevidde.til_dag then raekkevidde.frem_dag
        else borgere.til
    end as til
from borgere
inner join raekkevidde
    on
        raekkevidde.feed = 'borgere'
        and raekkevidde.orden = borgere.orden
        and borgere.fra <= raekkevidde.til_dag
        and coalesce(borgere.til, raekkevidde.til_dag) >= raekkevidde.fra_dag
