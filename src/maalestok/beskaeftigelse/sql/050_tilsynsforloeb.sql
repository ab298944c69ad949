-- grain: one row per period (measured year) x kommune_kode x step: the courses after designation in force.
-- The newest delivery that holds a kommune's measured year wins its whole course.
with gaeldende as (
    select tilsynsskridt.period, tilsynsskridt.kommune_kode, max(leveringer.orden) as orden
    from tilsynsskridt
    inner join leveringer on leveringer.feed = 'tilsynsskridt' and leveringer.levering = tilsynsskridt.levering
    group by tilsynsskridt.period, tilsynsskridt.kommune_kode
)

select tilsynsskridt.*
from tilsynsskridt
inner join leveringer on leveringer.feed = 'tilsynsskridt' and leveringer.levering = tilsynsskridt.levering
inner join gaeldende
    on
        gaeldende.period = tilsynsskridt.period
        and gaeldende.kommune_kode = tilsynsskridt.kommune_kode
        and gaeldende.orden = leveringer.orden
order by tilsynsskridt.period, tilsynsskridt.kommune_kode, tilsynsskridt.linje
