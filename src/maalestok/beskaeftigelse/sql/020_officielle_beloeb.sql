-- grain: one row per period x kommune_kode x omraade with an official amount, thousand kroner.
-- Amounts come piecemeal, so the newest delivery wins key by key.
with gaeldende as (
    select beloeb.period, beloeb.kommune_kode, beloeb.omraade, max(leveringer.orden) as orden
    from beloeb
    inner join leveringer on leveringer.feed = 'beloeb' and leveringer.levering = beloeb.levering
    group by beloeb.period, beloeb.kommune_kode, beloeb.omraade
)

select beloeb.*
from beloeb
inner join leveringer on leveringer.feed = 'beloeb' and leveringer.levering = beloeb.levering
inner join gaeldende
    on
        gaeldende.period = beloeb.period
        and gaeldende.kommune_kode = beloeb.kommune_kode
        and gaeldende.omraade = beloeb.omraade
        and gaeldende.orden = leveringer.orden
order by beloeb.period, beloeb.kommune_kode, beloeb.omraade
