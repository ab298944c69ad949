"""Editions and areas of the minister's benchmark, and the words several of its pages share."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from maalestok.publish.shown import Figure, Shown, codes
from maalestok.publish.site.view import View

RANK, DIFFERENCE = "placering", "forskel_andel"


SHARES = ("forventet_andel", "faktisk_andel")


COUNTS = ("forventet_antal", "faktisk_antal", "forskel_antal")


OUTCOMES = {
    "opfyldt": "opfyldt",
    "ikke_opfyldt": "ikke opfyldt",
    "ikke_vurderet": "ikke vurderet",
    "suspenderet": "suspenderet",
    "omfattet": "omfattet",
    "ikke_omfattet": "ikke omfattet",
    "i_risikozonen": "i risikozonen",
    "ikke_i_risikozonen": "ikke i risikozonen",
}


@dataclass(frozen=True)
class Edition:
    """One area in one edition."""

    omraade: str
    period: str

    @property
    def path(self) -> str:
        """Where its own page is."""
        return f"beskaeftigelse/{self.omraade.replace('_', '-')}/{self.period}/"

    @property
    def folder(self) -> str:
        """Where its charts' files are."""
        return f"grafer/{self.period}/{self.omraade.replace('_', '-')}"


def published(view: View, shown: Shown, period: str) -> str:
    """'offentliggjort 7. juni 2021': when an edition of real figures came out, if a source says so."""
    if shown.syntetisk or shown.is_own or shown.rules.editions is None:
        return ""
    dates = [e.published for e in shown.rules.editions.editions if e.period == period]
    return view.t("offentliggjort %(date)s", date=view.language.date(dates[0])) if dates else ""


def unpublished(view: View, *, counted: bool) -> str:
    """That no edition is there; and whether something was counted from persons instead."""
    if counted:
        return view.t(
            "Der er endnu ikke indlæst nogen offentliggjort udgave af ministerens benchmark. Nedenfor står det, "
            "Målestok selv har talt; placering, forventet niveau og mål kan først vises, når en udgave er indlæst."
        )
    return view.t("Der er endnu ikke indlæst nogen offentliggjort udgave af ministerens benchmark.")


def own_note(view: View, shown: Shown) -> str:
    """That nothing is published, so that all is Målestok's own; nothing where something is."""
    if not shown.is_own:
        return ""
    return view.t(
        "Målestoks egen opgørelse af personer og egen model, ikke ministeriets. Ingen offentliggjort udgave af "
        "ministerens benchmark er indlæst; når en er det, er det den, der gælder."
    )


def of(shown: Shown, measure: str, kode: str, edition: Edition) -> Figure | None:
    """A figure of an area and edition."""
    return shown.figure(measure, kode, edition.omraade, edition.period)


def ranked(shown: Shown, edition: Edition) -> list[str]:
    """Municipalities by place; those without one last."""
    held = {kode: of(shown, RANK, kode, edition) for kode in codes()}
    return sorted(codes(), key=lambda kode: 999.0 if (f := held[kode]) is None or f.value is None else f.value)


def subtitle(view: View, shown: Shown, edition: Edition) -> str:
    """'i alt, 2020'."""
    return f"{view.area(shown, edition.omraade)}, {view.language.period(edition.period)}"


def difference_words(view: View, figure: Figure | None) -> str:
    """'60 færre end forventet', without markup."""
    if figure is None or figure.value is None:
        return view.text(figure)
    if not figure.value:
        return view.t("lige så mange som forventet")
    word = "flere end forventet" if figure.value > 0 else "færre end forventet"
    return f"{view.language.number(abs(figure.value))} {view.t(word)}"


def place_label(view: View, shown: Shown, kode: str, edition: Edition) -> str:
    """'Norddjurs: nr. 21 (95 pct.-interval nr. 12-41), 60 færre end forventet'."""
    place = of(shown, RANK, kode, edition)
    text = f"{view.language.place(kode)}: {view.text(place)}"
    if place is not None and place.low is not None and place.high is not None:
        number = view.language.number
        text += f" ({view.t('95 pct.-interval')} {view.t('nr.')} {number(place.low)}-{number(place.high)})"
    return f"{text}, {difference_words(view, of(shown, COUNTS[2], kode, edition))}"


def outcome(view: View, shown: Shown, name: str, finding: Any) -> Markup:
    """An outcome in a word or two, with its key; a dash where there is no finding."""
    if finding is None:
        return Markup('<span class="missing">-</span>')
    key = f"{name}|{finding['kommune_kode']}|{finding['omraade']}|{finding['period']}||udfald"
    found = finding["udfald"]
    words = view.t(OUTCOMES.get(found, shown.rules.criteria[name].outcomes_da[found]))
    return Markup('<span data-f="{}" data-u="{}">{}</span>').format(key, finding["udfald"], words)
