-- grain: one row per period (month) x kommune_kode: the focus target figures in force, shares in hundredths of a per cent.
-- Figures come piecemeal, so the newest delivery wins key by key.
with gaeldende as (
    select fokusmaal.period, fokusmaal.kommune_kode, max(leveringer.orden) as orden
    from fokusmaal
    inner join leveringer on leveringer.feed = 'fokusmaal' and leveringer.levering = fokusmaal.levering
    group by fokusmaal.period, fokusmaal.kommune_kode
)

select fokusmaal.*
from fokusmaal
inner join leveringer on leveringer.feed = 'fokusmaal' and leveringer.levering = fokusmaal.levering
inner join gaeldende
    on
        gaeldende.period = fokusmaal.period
        and gaeldende.kommune_kode = fokusmaal.kommune_kode
        and gaeldende.orden = leveringer.orden
order by fokusmaal.period, fokusmaal.kommune_kode
