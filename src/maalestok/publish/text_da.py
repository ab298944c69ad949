"""Danish numbers and words for figures. The only place where a unit decides how a figure is written."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from maalestok.period import MONTH_NAMES_DA

MISSING_DA = {
    "ikke_leveret": "ikke leveret",
    "diskretioneret": "skjult af hensyn til fortrolighed",
    "ikke_opgjort": "ikke opgjort",
}
SHORT_MISSING_DA = MISSING_DA | {"diskretioneret": "skjult"}
"""The same where there is little room."""
MISSING_MEANING_DA = {
    "ikke_leveret": "kilden har ikke leveret tallet",
    "diskretioneret": "tallet er skjult af hensyn til fortrolighed",
    "ikke_opgjort": "tallet kan ikke opgøres",
}
KILDE_DA = {
    "officiel": "offentliggjort af myndigheden",
    "beregnet": "beregnet af Målestok",
    "aaben_model": "Målestoks åbne model",
    "skoen": "skøn fra Målestok",
}
UNIT_DA = {
    "share": "andel",
    "pct_point": "procentpoint",
    "persons_fulltime": "fuldtidspersoner",
    "persons": "personer",
    "dkk": "kr.",
    "cases": "sager",
    "rank": "plads",
    "places": "pladser",
    "municipalities": "kommuner",
    "correlation": "korrelation",
    "ratio": "gange",
    "months": "måneder",
}
PART_DA = {
    "placering_foer": "Placering i udgaven før",
    "placering_nu": "Placering nu",
    "egen_faktisk_andel": "Heraf af kommunens egen faktiske andel",
    "egen_forventet_andel": "Heraf af kommunens egen forventede andel",
    "de_andre_kommuner": "Heraf af de andre kommuners tal",
    "blandt_de_ti_bedste": "Sandsynlighed for en plads blandt de ti bedste",
    "kan_ikke_skelnes": "Kan ikke skelnes fra (af de andre kommuner)",
    "til_det_forventede": "Så mange færre skal der til for at nå det forventede niveau",
    "til_den_bedste_halvdel": "Så mange færre skal der til for at nå den bedste halvdel",
    "til_de_ti_bedste": "Så mange færre skal der til for at komme blandt de ti bedste",
    "standardfejl": "Standardfejl, afrunding regnet med",
    "delvis_sammenvejet": "Delvist sammenvejet forskel",
    "bedre_end_forventet": "Sandsynlighed for at ligge under det forventede",
    "tragt_additiv_95": "Tragt, 95 pct. (additiv, Paule-Mandel)",
    "tragt_additiv_998": "Tragt, 99,8 pct. (additiv, Paule-Mandel)",
    "tragt_multiplikativ_95": "Tragt, 95 pct. (multiplikativ, winsoriseret)",
    "tragt_multiplikativ_998": "Tragt, 99,8 pct. (multiplikativ, winsoriseret)",
    "plads_paa_klatrelisten": "Plads på listen over de største forbedringer",
    "kommuner_uden_retning": "Uden beløb, fordi selv retningen er usikker",
    "spredning_ud_over_tilfaeldig": "Heraf ud over tilfældig variation",
    "fortsat_blandt_de_ti_bedste": "Fortsat blandt de ti bedste",
    "flyttet_over_ti_pladser": "Flyttet mere end ti pladser",
    "mangler_sager": "Skal mindst trækkes næste måned for at nå grænsen, hvis ingen nye kommer til",
    "maaneder_mangler": "Måneder uden levering blandt de 12",
    "tragt": "Hele landet, og hvor 99,8 pct. af kommunerne ventes at ligge",
    "afrundingsspaend": "Andelen, regnet af afrundede tal, og hvor den uafrundede kan ligge",
    "egen_opgoerelse": "Egen opgørelse af personer",
    "afvigelse": "Egen opgørelse minus den offentliggjorte",
    "i_kvartal_1": "Fuldtidspersoner i 1. kvartal, egen opgørelse",
    "i_kvartal_2": "Fuldtidspersoner i 2. kvartal, egen opgørelse",
    "i_kvartal_3": "Fuldtidspersoner i 3. kvartal, egen opgørelse",
    "i_kvartal_4": "Fuldtidspersoner i 4. kvartal, egen opgørelse",
    "efter_definition_2018": "Egen opgørelse efter definitionen fra 2018",
    "efter_definition_2019-04": "Egen opgørelse efter definitionen fra april 2019",
    "vilkaar_alder": "Heraf af alder og køn, mod hele landet",
    "vilkaar_familie": "Heraf af familie og børn, mod hele landet",
    "vilkaar_bolig": "Heraf af bolig, mod hele landet",
    "vilkaar_uddannelse": "Heraf af uddannelse, mod hele landet",
    "vilkaar_oprindelse": "Heraf af oprindelse, mod hele landet",
    "vilkaar_helbred": "Heraf af helbred, mod hele landet",
    "vilkaar_udsathed": "Heraf af udsathed, mod hele landet",
    "vilkaar_opvaekst": "Heraf af forældrenes forsørgelse, mod hele landet",
    "vilkaar_formue": "Heraf af formue, mod hele landet",
    "vilkaar_arbejdsmarked": "Heraf af arbejdsmarkedet i området, mod hele landet",
    "vilkaar_oevrige": "Heraf af øvrige vilkår, lagt sammen, mod hele landet",
    "aaben_model": "Målestoks åbne model; ikke ministeriets",
    "uden_kommunen": "Forventet af en model, der er regnet uden kommunens egne tal",
    "loeftestang": "Løftestang: kommunens del af det, der bestemmer modellen",
    "cooks_afstand": "Cooks afstand: hvor meget modellen flytter sig, når kommunen udelades",
    "standardfejl_personer": "Standardfejl, opgjort af personer",
    "standardfejl_tilnaermet": "Standardfejl, tilnærmet uden personer",
    "interval_tilnaermet": "Placeringens interval, tilnærmet uden personer",
    "afrunding_lader_staa_aaben": "Placering, og de pladser, som afrundingen lader stå åbne",
    "standardfejl_beboere": "Heraf af tilfældighed blandt beboerne",
    "standardfejl_model": "Heraf af modellens egen usikkerhed",
    "uden_ydelse_a_dagpenge": "Plads i modellen uden a-dagpenge",
    "uden_ydelse_arbejdsmarkedsydelse": "Plads i modellen uden arbejdsmarkedsydelse",
    "uden_ydelse_kontantydelse": "Plads i modellen uden kontantydelse",
    "uden_ydelse_kontanthjaelp": "Plads i modellen uden kontanthjælp",
    "uden_ydelse_uddannelseshjaelp": "Plads i modellen uden uddannelseshjælp",
    "uden_ydelse_integrationsydelse": "Plads i modellen uden integrationsydelse",
    "uden_ydelse_shoydelse": "Plads i modellen uden selvforsørgelses- og hjemrejseydelse",
    "uden_ydelse_overgangsydelse": "Plads i modellen uden overgangsydelse",
    "uden_ydelse_revalidering": "Plads i modellen uden revalidering",
    "uden_ydelse_forrevalidering": "Plads i modellen uden forrevalidering",
    "uden_ydelse_ledighedsydelse": "Plads i modellen uden ledighedsydelse",
    "uden_ydelse_ressourceforloeb": "Plads i modellen uden ressourceforløb",
    "uden_ydelse_sygedagpenge": "Plads i modellen uden sygedagpenge",
    "uden_ydelse_jobafklaringsforloeb": "Plads i modellen uden jobafklaringsforløb",
    "enhedspris_a_dagpenge": "Pris pr. fuldtidsperson, a-dagpengeområdet",
    "enhedspris_kontanthjaelp": "Pris pr. fuldtidsperson, kontanthjælpsområdet",
    "enhedspris_sygedagpenge": "Pris pr. fuldtidsperson, sygedagpengeområdet",
}
RELATION_DA = {
    "naermest_forventet_andel": ("Nærmest i forventet andel", "pct_point"),
    "naermest_vilkaar": ("Nærmest i vilkår (vægtet, i standardafvigelser)", "distance"),
    "kan_ikke_skelnes": ("Kan ikke skelnes fra", "pct_point"),
}
"""Relation -> its name and the unit of its distance."""
COMPARISON_DA = {"<=": "højst", "<": "under", ">=": "mindst", ">": "over"}
_MINUS = "-"


def number(value: float, decimals: int = 0) -> str:
    """2310 -> '2.310'; -0.25 with two decimals -> '-0,25'. Rounds half away from zero; no '-0'."""
    quantum = Decimal(1).scaleb(-decimals)
    rounded = Decimal(repr(value)).quantize(quantum, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{_MINUS}{text}" if rounded < 0 else text


def share_beside(numerator: int, denominator: int, limit: Fraction) -> str:
    """A share in per cent with as many decimals, two at least, as keep it on its side of a limit: 29,996 under 30.

    Args:
        numerator, denominator: whole numbers, denominator above 0.
        limit: as a fraction, e.g. 3/10.
    """
    exact = Fraction(numerator, denominator) * 100
    bound = limit * 100
    for decimals in range(2, 12):
        nearest = Fraction(math.floor(exact * 10**decimals + Fraction(1, 2)), 10**decimals)
        if (nearest < bound) == (exact < bound) and (nearest > bound) == (exact > bound):
            break
    whole, rest = divmod(int(nearest * 10**decimals), 10**decimals)
    return f"{number(whole)},{rest:0{decimals}d}"


def _times(value: float, factor: int) -> float:
    """Multiply by a power of ten in decimal, so that 0.0995 * 100 is 9.95."""
    return float(Decimal(repr(value)) * factor)


def figure(value: float, unit: str) -> str:
    """A figure with its unit: '9,95 pct.', '-60 fuldtidspersoner', '-4,6 mio. kr.', 'nr. 21'.

    Args:
        value: in the measure's own unit (shares 0..1, kroner, persons).
        unit: one of the units of the results table.
    """
    match unit:
        case "share":
            return f"{number(_times(value, 100), 2)} pct."
        case "pct_point":
            return f"{number(_times(value, 100), 2)} procentpoint"
        case "persons_fulltime":
            return plural(value, "fuldtidsperson", "fuldtidspersoner")
        case "persons":
            return plural(value, "person", "personer")
        case "dkk":
            return money(value)
        case "cases":
            return f"{number(value)} sager"
        case "rank":
            return f"nr. {number(value)}"
        case "places":
            return places_moved(value)
        case "municipalities":
            return plural(value, "kommune", "kommuner")
        case "correlation" | "distance":
            return number(value, 2)
        case "ratio":
            return number(value, 4)
        case "months":
            return f"{number(value)} måneder"
        case _:
            raise ValueError(f"unknown unit {unit}")


def signed_points(value: float) -> str:
    """Percentage points that move something: '+0,12 procentpoint', '-0,03 procentpoint', '0,00 procentpoint'."""
    text = figure(value, "pct_point")
    return text if text.startswith(("-", "0,00 ")) else f"+{text}"


def figure_beside(value: float, unit: str, limit: float | None) -> str:
    """As `figure`; a share compared with a limit has as many decimals as keep it on its side: 79,996 pct. under 80."""
    if unit != "share" or limit is None:
        return figure(value, unit)
    held = Fraction(repr(value))
    return f"{share_beside(held.numerator, held.denominator, Fraction(repr(limit)))} pct."


def decimals_beside(value: float | None, unit: str, limit: float | None) -> int:
    """How many decimals `figure_beside` writes of a share in per cent; 0 where there is nothing to lie beside."""
    if value is None or limit is None or unit != "share":
        return 0
    return len(figure_beside(value, unit, limit).partition(",")[2].split()[0])


def money(value: float) -> str:
    """Kroner; from one hundred thousand up as 'mio. kr.' with one decimal."""
    if abs(value) >= 100_000:
        return f"{number(value / 1_000_000, 1)} mio. kr."
    return f"{number(value)} kr."


def figure_or_status(value: float | None, unit: str, status: str) -> str:
    """The figure, or in words why there is none."""
    return MISSING_DA[status] if value is None else figure(value, unit)


def plural(count: float, one: str, many: str) -> str:
    """'1 plads', '3 pladser'."""
    return f"{number(count)} {one if abs(count) == 1 else many}"


def places_moved(value: float) -> str:
    """'3 pladser frem', '1 plads tilbage', 'uændret'; parts of a move with one decimal."""
    if not value:
        return "uændret placering"
    moved = plural(abs(value), "plads", "pladser") if value == int(value) else f"{number(abs(value), 1)} pladser"
    return f"{moved} {'frem' if value > 0 else 'tilbage'}"


def published_date(text: str) -> str:
    """A date as precise as it is known: '7. juni 2021', 'november 2020', '2022'."""
    year, *rest = text.split("-")
    month = f"{MONTH_NAMES_DA[int(rest[0]) - 1]} " if rest else ""
    day = f"{int(rest[1])}. " if len(rest) == 2 else ""
    return f"{day}{month}{year}"
