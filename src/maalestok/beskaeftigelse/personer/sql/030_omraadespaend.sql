-- grain: one row per version x person x fra: days on one area with one grade. Each day belongs to one area, the first by
-- priority that has a benefit that day; its grade is the sum of that area's benefits, at most 100.
-- Grades are added where a spell begins and taken away the day after it ends; the running sum holds until the next change.
with skift as (
    select
        ydelser.version,
        ydelsesspaend.person,
        ydelsesspaend.fra as dag,
        case when ydelser.prioritet = 1 then ydelsesspaend.grad else 0 end as foerste,
        case when ydelser.prioritet = 2 then ydelsesspaend.grad else 0 end as anden,
        case when ydelser.prioritet = 3 then ydelsesspaend.grad else 0 end as tredje
    from ydelsesspaend
    inner join ydelser on ydelser.ydelse = ydelsesspaend.ydelse
    union all
    select
        ydelser.version,
        ydelsesspaend.person,
        ydelsesspaend.til + 1 as dag,
        case when ydelser.prioritet = 1 then -ydelsesspaend.grad else 0 end as foerste,
        case when ydelser.prioritet = 2 then -ydelsesspaend.grad else 0 end as anden,
        case when ydelser.prioritet = 3 then -ydelsesspaend.grad else 0 end as tredje
    from ydelsesspaend
    inner join ydelser on ydelser.ydelse = ydelsesspaend.ydelse
),

paa_dagen as (
    select
        version,
        person,
        dag,
        sum(foerste) as foerste,
        sum(anden) as anden,
        sum(tredje) as tredje
    from skift
    group by version, person, dag
),

staende as (
    select
        version,
        person,
        dag as fra,
        lead(dag) over (partition by version, person order by dag asc nulls last) - 1 as til,
        sum(foerste) over (
            partition by version, person order by dag asc nulls last rows between unbounded preceding and current row
        ) as foerste,
        sum(anden) over (
            partition by version, person order by dag asc nulls last rows between unbounded preceding and current row
        ) as anden,
        sum(tredje) over (
            partition by version, person order by dag asc nulls last rows between unbounded preceding and current row
        ) as tredje
    from paa_dagen
)

select
    version,
    person,
    fra,
    til,
    case when foerste > 0 then 1 when anden > 0 then 2 else 3 end as prioritet,
    cast(
        case
            when foerste >= 100 then 100
            when foerste > 0 then foerste
            when anden >= 100 then 100
            when anden > 0 then anden
            when tredje >= 100 then 100
            else tredje
        end as integer
    ) as grad
from staende
where til is not null and (foerste > 0 or anden > 0 or tredje > 0)
