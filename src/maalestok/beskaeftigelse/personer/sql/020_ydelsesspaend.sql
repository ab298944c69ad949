-- grain: one row per spell of a benefit in force, in days, cut as in 010. `grad` is the benefit's grade in per cent.
select
    forloeb.person_id as person,
    forloeb.ydelse,
    forloeb.betalingskommune_kode as betaler,
    coalesce(forloeb.grad_pct, 100) as grad,
    case when forloeb.fra < raekkevidde.fra_dag then raekkevidde.fra_dag else forloeb.fra end as fra,
    case
        when coalesce(forloeb.til, raekkevidde.til_dag) >= raekkevidde.til_dag then raekkevidde.frem_dag
        else forloeb.til
    end as til
from forloeb
inner join raekkevidde
    on
        raekkevidde.feed = 'forloeb'
        and raekkevidde.orden = forloeb.orden
        and forloeb.fra <= raekkevidde.til_dag
        and coalesce(forloeb.til, raekkevidde.til_dag) >= raekkevidde.fra_dag
