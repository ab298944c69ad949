-- grain: one row per maaned x kommune: the target group, those of it not exempt (n_) and those of them who have had what
-- the target asks for (ok_). Months after the last known one hold those on benefit now, were they to stay.
with talt as (
    select
        bagud.maaned,
        bagud.kommune,
        case when fri_samtale.person is null then 1 else 0 end as n_samtale,
        case when fri_samtale.person is null and bagud.samtaler >= maalemaaneder.samtaler then 1 else 0 end
            as ok_samtale,
        case when fri_tilbud.person is null then 1 else 0 end as n_tilbud,
        case
            when
                fri_tilbud.person is null
                and (bagud.tilbud_til >= bagud.maaned - 11 or bagud.timer >= maalemaaneder.timer)
                then 1
            else 0
        end as ok_tilbud
    from bagud
    inner join maalemaaneder on maalemaaneder.maaned = bagud.maaned
    left join fritagne as fri_samtale
        on
            fri_samtale.person = bagud.person
            and fri_samtale.maaned = bagud.maaned
            and fri_samtale.art = 'samtale'
    left join fritagne as fri_tilbud
        on
            fri_tilbud.person = bagud.person
            and fri_tilbud.maaned = bagud.maaned
            and fri_tilbud.art = 'tilbud'
)

select
    maaned,
    kommune,
    cast(count(*) as bigint) as gruppe,
    cast(sum(n_samtale) as bigint) as n_samtale,
    cast(sum(ok_samtale) as bigint) as ok_samtale,
    cast(sum(n_tilbud) as bigint) as n_tilbud,
    cast(sum(ok_tilbud) as bigint) as ok_tilbud
from talt
group by maaned, kommune
order by maaned asc nulls last, kommune asc nulls last
