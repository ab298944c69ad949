-- grain: one row per period (a calendar year) x kommune_kode: the municipality's conditions.
-- The newest delivery that holds a year wins the whole year.
with gaeldende as (
    select rammevilkaar.period, max(leveringer.orden) as orden
    from rammevilkaar
    inner join leveringer on leveringer.feed = 'rammevilkaar' and leveringer.levering = rammevilkaar.levering
    group by rammevilkaar.period
)

select rammevilkaar.*
from rammevilkaar
inner join leveringer on leveringer.feed = 'rammevilkaar' and leveringer.levering = rammevilkaar.levering
inner join gaeldende on gaeldende.period = rammevilkaar.period and gaeldende.orden = leveringer.orden
order by rammevilkaar.period, rammevilkaar.kommune_kode
