-- grain: one row per period x kommune_kode: residents aged 16-66.
-- The newest delivery that holds a period wins the whole period.
with gaeldende as (
    select befolkning.period, max(leveringer.orden) as orden
    from befolkning
    inner join leveringer on leveringer.feed = 'befolkning' and leveringer.levering = befolkning.levering
    group by befolkning.period
)

select befolkning.*
from befolkning
inner join leveringer on leveringer.feed = 'befolkning' and leveringer.levering = befolkning.levering
inner join gaeldende on gaeldende.period = befolkning.period and gaeldende.orden = leveringer.orden
order by befolkning.period, befolkning.kommune_kode
