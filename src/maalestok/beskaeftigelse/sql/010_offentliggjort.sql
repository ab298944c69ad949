-- grain: one row per period x kommune_kode x omraade: the published figures in force.
-- The newest delivery that holds an edition wins the whole edition.
with gaeldende as (
    select y30r21.period, max(leveringer.orden) as orden
    from y30r21
    inner join leveringer on leveringer.feed = 'y30r21' and leveringer.levering = y30r21.levering
    group by y30r21.period
)

select y30r21.*
from y30r21
inner join leveringer on leveringer.feed = 'y30r21' and leveringer.levering = y30r21.levering
inner join gaeldende on gaeldende.period = y30r21.period and gaeldende.orden = leveringer.orden
order by y30r21.period, y30r21.kommune_kode, y30r21.omraade
