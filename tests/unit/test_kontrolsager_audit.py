"""The attack on public figures: adversarial cases, planted leaks, invented small countries, and what it does not see.

Cases are made as whole views where that is enough, and as real stores, builds and releases where files matter.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cli, Outcome
from maalestok.build import BuildRequest, Built
from maalestok.deliveries.import_corrections import import_corrections
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kommune import kommuner
from maalestok.kontrolsager import benchmark as benchmark_module
from maalestok.kontrolsager import figures, guard, tables
from maalestok.kontrolsager.audit import Auditor, Verdict
from maalestok.kontrolsager.celler import SNIT
from maalestok.kontrolsager.figures import read_view
from maalestok.kontrolsager.protect import misstated, publish, withhold
from maalestok.kontrolsager.rules import DisclosureVersion, load_rules
from maalestok.kontrolsager.view import COUNTS, OP, TO, A, E, Shown, View, places
from maalestok.kontrolsager.withheld import Exact, Withheld, small_counts
from maalestok.period import Period, PeriodKind
from maalestok.registry import benchmark
from maalestok.release.read import Release
from maalestok.release.write import write_release
from reference.naive_disclosure import FIRST, Monthly, drawn_and_created, exact_of, published, window_sums

RULE = load_rules().disclosure.versions[0]
RECEIVED = datetime(2027, 2, 1, tzinfo=UTC)
HIDDEN, SHOWN = Shown.HIDDEN, Shown.SHOWN
BIG = {
    "trukket": 20,
    "trukket_oprettet": 9,
    "oprettet": 9,
    "afsluttet": 6,
    "afsluttet_effekt": 3,
    "tilbagebetaling_kr": 30_000,
}
"""A municipality's month with nothing small about it."""
BORNHOLM, HOLSTEBRO, AARHUS, ODENSE, FREDERIKSBERG = "400", "661", "751", "461", "147"


def at(kommune: str) -> int:
    return places().index(kommune)


def big(months: int, *cells: tuple[str, int]) -> dict[tuple[str, int], dict[str, dict[int, int]]]:
    return {cell: {name: dict.fromkeys(range(months), value) for name, value in BIG.items()} for cell in cells}


def country(months: int, own: Monthly) -> dict[tuple[str, int], Mapping[str, Mapping[int, int]]]:
    """Large figures in the regions and in some landsdele, and the cells of a case."""
    rest = big(months, *((k, cut) for k in ("101", "751", "461", "851", "259") for cut in range(4)))
    return {**rest, **own}


def naive(exact: Exact, *larger: str) -> View:
    """Small counts withheld and nothing else; in the places named `larger` not even those."""
    withheld = small_counts(exact, RULE)
    for place in larger:
        withheld.counts[:, at(place)] = False
        withheld.amounts[at(place)] = False
    return publish(exact, withheld, RULE)


def attack(view: View, before: View | None = None) -> Verdict:
    return Auditor(RULE).attack(view, before)


def protected_view(exact: Exact, before: View | None = None) -> View:
    return publish(exact, withhold(exact, RULE, before, Auditor(RULE)), RULE)


def given_away(verdict: Verdict, kind: int, kommune: str, cut: int, money: bool = False) -> bool:
    found = {(u.kind, u.kommune, u.cut) for u in verdict.unsafe if (u.group == "amounts") == money}
    return (kind, at(kommune), cut) in found


def refused_then_safe(exact: Exact, view: View, kind: int, kommune: str, cut: int, money: bool = False) -> View:
    """The naive view gives this figure away; what `withhold` makes of the same figures gives nothing away."""
    verdict = attack(view)
    assert given_away(verdict, kind, kommune, cut, money), verdict
    safe = protected_view(exact)
    again = attack(safe)
    assert again.holds, again
    assert not misstated(safe, exact, RULE)
    return safe


def changed(view: View, kind: int, kommune: str, cut: int, window: int | slice, value: int | None) -> View:
    """A view with one count published otherwise; None withholds it."""
    counts, state = view.counts.copy(), view.count_state.copy()
    counts[kind, at(kommune), cut, window] = -1 if value is None else value
    state[kind, at(kommune), cut, window] = HIDDEN if value is None else SHOWN
    return replace(view, counts=counts, count_state=state)


# --- adversarial cases: the naive publication is found out, the product's is safe


def test_a_municipality_that_is_a_landsdel_by_itself_needs_the_landsdel_withheld_too() -> None:
    exact = exact_of(country(14, {(BORNHOLM, 0): {"trukket": {5: 3}}}), 14)
    safe = refused_then_safe(exact, naive(exact, "DK014"), TO, BORNHOLM, 0)
    assert (safe.count_state[TO, [at(BORNHOLM), at("DK014")], 0] == HIDDEN).all()


def test_one_area_withheld_is_the_total_less_the_others() -> None:
    """The amount of one case: in all, less two areas known to 10,000 kr."""
    cells = {(AARHUS, 2): ONE_CASE, **big(14, (AARHUS, 1), (AARHUS, 3), *(("740", cut) for cut in range(4)))}
    exact = exact_of(country(14, cells), 14)
    view = naive(exact)
    assert view.amount_state[2, at(AARHUS), 1:, 0].tolist() == [SHOWN, HIDDEN, SHOWN, SHOWN]
    refused_then_safe(exact, view, 0, AARHUS, 2, money=True)


def test_no_case_in_all_means_none_in_an_area_withheld_because_few_were_drawn() -> None:
    exact = exact_of(
        country(14, {(AARHUS, 1): {"trukket": {5: 3}}, (AARHUS, 2): {"trukket": {5: 30}}, (AARHUS, 3): {}}), 14
    )
    view = naive(exact)
    assert view.counts[TO, at(AARHUS), 1:, 0].tolist() == [-1, 0, 0, 0]
    refused_then_safe(exact, view, TO, AARHUS, 1)


SIX_OF_SIX = {"trukket": {1: 2, 5: 4}, "trukket_oprettet": {1: 2, 5: 4}}
"""All six drawn were created; a month later the first of them are out of the window."""
FIVES = RULE.model_copy(update={"count_base": 5})
"""Rounded to 5, of six drawn at least five were created, so of the later four at least three; rounded to 10, any number."""


def test_two_windows_that_share_eleven_months() -> None:
    exact = exact_of(country(20, {(AARHUS, 0): SIX_OF_SIX, **big(20, ("740", 0))}), 20)
    view = publish(exact, small_counts(exact, FIVES), FIVES)
    assert view.counts[TO, at(AARHUS), 0].tolist() == [5, 5, -1, -1, -1, -1, 0, 0, 0]
    assert given_away(Auditor(FIVES).attack(view), TO, AARHUS, 0)
    auditor = Auditor(FIVES)
    assert Auditor(FIVES).attack(publish(exact, withhold(exact, FIVES, None, auditor), FIVES)).holds


ONE_CASE = {
    "trukket": {5: 30},
    "trukket_oprettet": {5: 1},
    "oprettet": {5: 1},
    "afsluttet": {5: 1},
    "afsluttet_effekt": {5: 1},
    "tilbagebetaling_kr": {5: 1_200_000},
}


def test_the_amount_of_one_case_is_the_landsdels_less_the_others() -> None:
    cells = {(HOLSTEBRO, 2): ONE_CASE, **big(14, (AARHUS, 2), ("657", 2))}
    exact = exact_of(country(14, cells), 14)
    view = naive(exact)
    assert (view.amount_state[:, at(HOLSTEBRO), 2] == HIDDEN).all()
    assert (view.amount_state[:, at("DK041"), 2] == SHOWN).all()
    safe = refused_then_safe(exact, view, 0, HOLSTEBRO, 2, money=True)
    held = [safe.amount_state[2, at(place), 2, 0] for place in ("DK041", "657")]
    assert HIDDEN in held


def test_the_amount_of_one_case_in_a_landsdel_by_itself() -> None:
    exact = exact_of(country(14, {(BORNHOLM, 0): ONE_CASE}), 14)
    view = naive(exact)
    amounts, state = view.amounts.copy(), view.amount_state.copy()
    amounts[:, at("DK014"), 0], state[:, at("DK014"), 0] = [[1_200_000] * 3, [0] * 3, [1_200_000] * 3], SHOWN
    refused_then_safe(exact, replace(view, amounts=amounts, amount_state=state), 0, BORNHOLM, 0, money=True)


def test_a_figure_withheld_now_is_given_away_by_the_release_before() -> None:
    """The release before showed six of six; this one shows none of it, but it is the same cases."""
    cells = {(AARHUS, 0): SIX_OF_SIX, **big(21, ("740", 0))}
    older = exact_of(country(20, cells), 20)
    before = publish(older, small_counts(older, FIVES), FIVES)
    now = exact_of(country(21, cells), 21)
    withheld = small_counts(now, FIVES)
    withheld.counts[TO, at(AARHUS), 0] = True
    view = publish(now, withheld, FIVES)
    assert not given_away(Auditor(FIVES).attack(view), TO, AARHUS, 0)
    assert given_away(Auditor(FIVES).attack(view, before), TO, AARHUS, 0)


def test_what_is_withheld_for_the_sake_of_the_release_before_is_safe_with_it() -> None:
    own = {(HOLSTEBRO, 2): {name: {5: value} for name, value in BIG.items()}, **big(15, (AARHUS, 2), ("657", 2))}
    before = protected_view(exact_of(country(14, own), 14))
    more = {**own, ("657", 2): {name: {m: v for m in range(15) if m != 3} for name, v in BIG.items()}}
    now = exact_of(country(15, {**more, (BORNHOLM, 2): ONE_CASE}), 15)
    view = protected_view(now, before)
    assert attack(view).holds
    assert attack(view, before).holds


def test_a_created_count_is_not_shown_beside_a_withheld_closed_one() -> None:
    own = {(AARHUS, 1): {"trukket": {5: 30}, "trukket_oprettet": {5: 9}, "oprettet": {5: 9}, "afsluttet": {5: 2}}}
    exact = exact_of(country(13, own), 13)
    safe = protected_view(exact)
    assert (safe.count_state[[OP, A, E], at(AARHUS), 1] == HIDDEN).all()
    assert attack(safe).holds


def test_closed_between_created_and_effect_in_narrow_bands_is_found() -> None:
    """Rounded to 5: created 5..7 and with effect 5..7 leave 5..7 for the closed ones."""
    rule = RULE.model_copy(update={"count_base": 5})
    cell = {
        "trukket": {5: 60},
        "trukket_oprettet": {5: 6},
        "oprettet": {5: 6},
        "afsluttet": {5: 6},
        "afsluttet_effekt": {5: 6},
        "tilbagebetaling_kr": {5: 600_000},
    }
    exact = exact_of(country(12, {(AARHUS, 0): cell}), 12)
    withheld = small_counts(exact, rule)
    view = changed(publish(exact, withheld, rule), A, AARHUS, 0, slice(None), None)
    assert given_away(Auditor(rule).attack(view), A, AARHUS, 0)
    assert Auditor(rule).attack(publish(exact, withhold(exact, rule, None, Auditor(rule)), rule)).holds


def test_an_unrounded_and_a_contradicted_figure_are_faults() -> None:
    exact = exact_of(country(12, {(AARHUS, 0): ONE_CASE}), 12)
    safe = protected_view(exact)
    assert attack(changed(safe, OP, AARHUS, 0, 0, 3)).faults == (
        "Et offentliggjort tal er ikke afrundet efter reglen.",
    )
    assert attack(changed(safe, A, "851", 0, 0, 500)).faults == ("De offentliggjorte tal modsiger hinanden.",)
    zero = changed(changed(changed(safe, E, AARHUS, 0, 0, 0), A, AARHUS, 0, 0, 0), OP, AARHUS, 0, 0, 0)
    assert misstated(zero, exact, RULE)


# --- real stores, builds and release folders


HEADER = "maaned;kommune_kode;omraade;kontroltrin;rest_brutto;trukket;trukket_oprettet;oprettet;afsluttet;afsluttet_effekt;tilbagebetaling_kr;mindreudgift_kr;beloeb_grundlag;syntetisk"
Cells = Mapping[tuple[str, int], Mapping[str, Mapping[int, int | str | None]]]


def month(number: int) -> str:
    return Period(FIRST + number, PeriodKind.MONTH).code


def bring(store: Path, cells: Cells, months: int, received: datetime = RECEIVED) -> None:
    """A delivery of counts with these cells; the rest is 0."""
    names = HEADER.split(";")[4:-2]
    lines = [HEADER]
    for number in range(months):
        for k in kommuner():
            for cut, (omraade, trin) in enumerate(SNIT):
                told = cells.get((k.kode, cut), {})
                values = [told.get(name, {}).get(number, 0) for name in names]
                basis = told.get("beloeb_grundlag", {}).get(number, "total")
                shown = ["" if value is None else str(value) for value in values]
                lines.append(";".join([month(number), k.kode, omraade, str(trin), *shown, str(basis), "SYNTETISK"]))
    path = store.parent / f"{store.name}-{received.date()}.csv"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    bring_file("kontrolsager", path, store, received)


def bring_file(feed: str, path: Path, store: Path, received: datetime = RECEIVED) -> None:
    reports = import_files(benchmark("kontrolsager").feed_kind(feed), [path], store, Arrival(received))
    assert reports[0].outcome == "modtaget", [issue.message for issue in reports[0].issues]


def built_of(store: Path, period: str | None = None, previous: Release | None = None) -> Built:
    with DuckDBEngine() as engine:
        return benchmark("kontrolsager").build(BuildRequest(Store.open(store), engine, period, previous=previous))


MONTHS = 15
LEAKY: Monthly = country(
    MONTHS,
    {
        (AARHUS, 0): {"trukket": {0: 1, 1: 4}, "trukket_oprettet": {0: 1, 1: 4}},
        (HOLSTEBRO, 2): ONE_CASE,
        (BORNHOLM, 1): {"trukket": {5: 3}},
        **big(MONTHS, (AARHUS, 2), ("657", 2), ("740", 0)),
    },
)
"""Five of five drawn (later four, then none), one case of 1.2 mio. kr., and three drawn of which none was created."""


@pytest.fixture(scope="module")
def leaky_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("modstander") / "lager"
    bring(store, LEAKY, MONTHS)
    return store


@pytest.fixture(scope="module")
def leaky_built(leaky_store: Path) -> Built:
    return built_of(leaky_store)


@pytest.fixture(scope="module")
def leaky_release(tmp_path_factory: pytest.TempPathFactory, leaky_built: Built) -> Release:
    return write_release(leaky_built, tmp_path_factory.mktemp("modstander-ud") / "ud")


def cell(kommune: str, cut: int, window: str | None = None, measure: str | None = None) -> pl.Expr:
    omraade, trin = (*SNIT, ("i_alt", 3))[cut]
    here = (pl.col("kommune_kode") == kommune) & (pl.col("omraade") == omraade) & (pl.col("kontroltrin") == trin)
    if window is not None:
        here &= pl.col("period") == window
    return here if measure is None else here & (pl.col("measure") == measure)


Change = Mapping[str, float | str | None]


def doctored(built: Built, where: pl.Expr, table: str = "results", **values: float | str | None) -> Built:
    """The same tables with some cells of one overwritten: a leak no build would make."""
    frame = built.tables[table]
    assert frame.filter(where).height
    other = frame.with_columns(
        pl.when(where).then(pl.lit(value, dtype=frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )
    return replace(built, tables={**built.tables, table: other})


def test_the_release_of_adversarial_figures_is_safe_on_disk(
    cli: Cli, leaky_release: Release, leaky_built: Built
) -> None:
    done = cli("audit", leaky_release.folder)
    assert (done.code, done.err) == (0, ""), done
    assert "kommunale tal er skjult" in done.out
    told = json.loads(cli("audit", leaky_release.folder, "--json").out)
    assert told["ok"]
    assert told["withheld"] > 0
    held = leaky_built.tables["results"].filter(pl.col("status") == "diskretioneret")
    columns = ("value", "numerator", "denominator", "low", "high")
    assert all(held[name].null_count() == len(held) for name in columns)
    assert held.filter(cell(BORNHOLM, 1, month(14), "oprettet_andel")).height == 1
    assert held.filter(cell("DK014", 1, month(14), "oprettet_andel")).height == 1


def test_what_is_read_from_the_tables_is_what_was_published(leaky_built: Built) -> None:
    exact = exact_of(LEAKY, MONTHS)
    assert_same_view(read_view(leaky_built.tables["results"], leaky_built.tables["parts"]), protected_view(exact))


def assert_same_view(read: View, made: View) -> None:
    assert (read.months, read.drawn_months) == (made.months, made.drawn_months)
    for name in ("counts", "count_state", "amounts", "amount_state", "drawn"):
        differs = getattr(read, name) != getattr(made, name)
        assert not differs.any(), (name, np.argwhere(differs)[:5], getattr(made, name)[differs][:5])


Leak = Callable[[View, Exact], View]


def _exact_small(view: View, exact: Exact) -> View:
    return changed(view, OP, HOLSTEBRO, 2, 0, int(exact.counts[OP, at(HOLSTEBRO), 2, 0]))


def _small_as_zero(view: View, exact: Exact) -> View:
    return changed(changed(changed(view, E, HOLSTEBRO, 2, 0, 0), A, HOLSTEBRO, 2, 0, 0), OP, HOLSTEBRO, 2, 0, 0)


def _cover_shown(view: View, exact: Exact) -> View:
    assert (view.count_state[TO, at(AARHUS), 0, 0], exact.counts[TO, at(AARHUS), 0, 0]) == (HIDDEN, 5)
    return changed(view, TO, AARHUS, 0, 0, 5)


def _amount_unrounded(view: View, exact: Exact) -> View:
    amounts, state = view.amounts.copy(), view.amount_state.copy()
    amounts[2, at("101"), 0, 0] += 1
    return replace(view, amounts=amounts, amount_state=state)


def _amount_of_one_shown(view: View, exact: Exact) -> View:
    amounts, state = view.amounts.copy(), view.amount_state.copy()
    at_case = (slice(None), at(HOLSTEBRO), 2, 0)
    amounts[at_case], state[at_case] = exact.amounts[at_case], SHOWN
    return replace(view, amounts=amounts, amount_state=state)


def _amount_covers_shown(view: View, exact: Exact) -> View:
    hidden = (view.amount_state == HIDDEN) & (exact.counts[E][None] >= 5)
    assert hidden.any()
    rounded = (exact.amounts + 5_000) // 10_000 * 10_000
    return replace(
        view,
        amounts=np.where(hidden, rounded, view.amounts),
        amount_state=np.where(hidden, SHOWN, view.amount_state).astype(np.int8),
    )


@pytest.mark.parametrize(
    "leak", [_small_as_zero, _cover_shown, _amount_unrounded, _amount_of_one_shown, _amount_covers_shown]
)
def test_a_planted_leak_stops_the_build_and_nothing_is_published(
    leak: Leak, cli: Cli, monkeypatch: pytest.MonkeyPatch, leaky_store: Path, leaky_release: Release
) -> None:
    done = leaking_build(leak, cli, monkeypatch, leaky_store, leaky_release)
    assert "den er ikke bygget" in done.err, done.err


def leaking_build(leak: Leak, cli: Cli, monkeypatch: pytest.MonkeyPatch, store: Path, release: Release) -> Outcome:
    """A build over an earlier release in which suppression is switched off for something; nothing of it is kept."""
    out = release.folder.parent.with_name("ud")
    before, shelf = out.readlink(), sorted(p.name for p in release.folder.parent.iterdir())

    def leaking(exact: Exact, withheld: Withheld, rule: DisclosureVersion) -> View:
        return leak(publish(exact, withheld, rule), exact)

    monkeypatch.setattr(guard, "publish", leaking)
    done = cli("build", "kontrolsager", "--store", store, "--out", out)
    assert done.code != 0
    assert "Traceback" not in done.err
    assert "1200000" not in done.err
    assert out.readlink() == before
    assert sorted(p.name for p in release.folder.parent.iterdir()) == shelf
    return done


def test_a_build_that_withholds_nothing_but_small_counts_is_refused(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, leaky_store: Path
) -> None:
    monkeypatch.setattr(guard, "withhold", lambda exact, rule, *others: small_counts(exact, rule))
    done = cli("build", "kontrolsager", "--store", leaky_store, "--out", tmp_path / "ud")
    assert done.code != 0
    assert "kan bestemmes" in done.err
    assert not (tmp_path / "ud").exists()


ONE = cell(HOLSTEBRO, 2, month(14))
DOCTORED: Mapping[str, Callable[[Built], Built]] = {
    "the exact small count": lambda b: doctored(
        b, ONE & (pl.col("measure") == "aaben_andel"), numerator=0.0, denominator=1.0, value=0.0, status="ok"
    ),
    "a small count in the numerator alone": lambda b: doctored(
        b, ONE & (pl.col("measure") == "effekt_andel"), numerator=1.0
    ),
    "few drawn, and what came of them": lambda b: doctored(
        b, cell(BORNHOLM, 1, month(14), "oprettet_andel"), numerator=2.0, denominator=3.0, value=2 / 3, status="ok"
    ),
    "an amount to the krone": lambda b: doctored(b, cell("101", 1, month(14), "provenu"), value=1_080_001.0),
    "the amount of one case": lambda b: doctored(
        b, ONE & pl.col("measure").is_in(["provenu", "tilbagebetaling"]), value=1_200_000.0, status="ok"
    ),
    "the landsdel that is the municipality": lambda b: doctored(
        b,
        cell("DK014", 1, None, "oprettet_andel") & (pl.col("status") == "diskretioneret"),
        numerator=0.0,
        denominator=3.0,
        value=0.0,
        status="ok",
    ),
    "the five of five beside the four": lambda b: doctored(
        b,
        cell(AARHUS, 0, None, "oprettet_andel") & (pl.col("period") == month(11)),
        numerator=5.0,
        denominator=5.0,
        value=1.0,
        status="ok",
    ),
}


@pytest.mark.parametrize("leak", DOCTORED)
def test_the_audit_finds_a_leak_in_the_files(leak: str, cli: Cli, tmp_path: Path, leaky_built: Built) -> None:
    release = write_release(DOCTORED[leak](leaky_built), tmp_path / "ud")
    done = cli("audit", release.folder)
    assert done.code == 3, done
    assert "røber tal, der skal beskyttes" in done.err
    assert not json.loads(cli("audit", release.folder, "--json").out)["ok"]


@pytest.mark.slow
def test_the_audit_together_with_the_release_before(
    cli: Cli, tmp_path: Path, leaky_built: Built, leaky_store: Path
) -> None:
    """A release before that was not made by the rule (doctored: five of five, exactly) is told of, not used in silence."""
    leak = DOCTORED["the five of five beside the four"](leaky_built)
    before, now = write_release(leak, tmp_path / "foer"), write_release(leaky_built, tmp_path / "nu")
    assert cli("audit", now.folder).code == 0
    done = cli("audit", now.folder, "--previous", before.folder)
    assert done.code == 3
    assert "ikke afrundet efter reglen" in done.err
    assert cli("audit", now.folder, "--previous", now.folder).code == 0
    assert (
        "kan bestemmes"
        not in cli(
            "build", "kontrolsager", "--store", leaky_store, "--out", tmp_path / "ny", "--previous", now.folder
        ).err
    )


# --- invented small countries


PLACES = ("400", "147", "751", "740")
Series = Mapping[str, Mapping[int, int]]


@st.composite
def histories(draw: st.DrawFn) -> Series:
    """A cell's cases over 14 months: few months with anything in them, few or many cases, chains that hold."""
    told: dict[str, dict[int, int]] = {name: {} for name in BIG}
    for number in draw(st.lists(st.integers(0, 13), max_size=4, unique=True)):
        drawn = draw(st.sampled_from([1, 1, 2, 3, 4, 5, 6, 9, 15, 40]))
        created = draw(st.one_of(st.integers(0, drawn), st.just(drawn)))
        told["trukket"][number], told["trukket_oprettet"][number] = drawn, created
        told["oprettet"][number] = created
        told["afsluttet"][number] = closed = draw(st.integers(0, created))
        told["afsluttet_effekt"][number] = effect = draw(st.integers(0, closed))
        told["tilbagebetaling_kr"][number] = effect and draw(st.sampled_from([900, 40_000, 1_200_000]))
    return told


@st.composite
def countries(draw: st.DrawFn) -> Exact:
    own = {
        (kommune, cut): draw(histories()) for kommune in PLACES for cut in draw(st.sets(st.integers(0, 3), max_size=2))
    }
    cells = country(14, own) if draw(st.booleans()) else own
    return exact_of(cells, 14, absent=draw(st.sampled_from([(), (), ("665",), ("740", "147")])))


def frame_of(exact: Exact) -> pl.DataFrame:
    """Windows of exact figures as the facts hand them over; seven cases are left on every list."""
    place, cut, window = (i.ravel() for i in np.indices(exact.drawn.shape))
    names = dict(zip(("tilbagebetaling_kr", "mindreudgift_kr"), exact.amounts[:2], strict=True)) | dict(
        zip(COUNTS, exact.counts, strict=True)
    )
    columns = {name: pl.Series(values.ravel()) for name, values in {"trukket": exact.drawn, **names}.items()}
    frame = pl.DataFrame(
        {
            "kommune_kode": [places()[p] for p in place],
            "omraade": [(*SNIT, ("i_alt", 3))[c][0] for c in cut],
            "kontroltrin": pl.Series([(*SNIT, ("i_alt", 3))[c][1] for c in cut], dtype=pl.Int32),
            "month_index": pl.Series([exact.months[w] for w in window], dtype=pl.Int32),
            **columns,
        }
    )
    known = frame.with_columns(pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in columns)
    return known.with_columns(
        pl.when(pl.col("trukket").is_not_null()).then(7).alias("rest_brutto"),
        pl.lit(value=False).alias("blandet_grundlag"),
    )


def tables_of(exact: Exact, view: View) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Result rows and reasons as a release holds them."""
    told = figures.exact_figures(frame_of(exact))
    arrays = figures.exact_arrays(told, RULE.public_month_ends)
    for name in ("counts", "amounts", "drawn"):
        assert np.array_equal(getattr(arrays, name), getattr(exact, name)), name
    return tables.results_of(told, figures.public_figures(told, view, RULE), load_rules(), syntetisk=True)


quickly = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@quickly
@given(countries())
def test_what_is_withheld_in_small_countries(exact: Exact) -> None:
    view = protected_view(exact)
    own = slice(0, 98)
    counts, state, drawn = exact.counts[:, own], view.count_state[:, own], exact.drawn[own]
    assert (state[(counts >= 1) & (counts <= 4)] == HIDDEN).all()
    few = (drawn >= 1) & (drawn <= 4)
    assert (state[TO][few & (counts[TO] >= 0)] == HIDDEN).all()
    assert (view.amount_state[2, own][(counts[E] >= 1) & (counts[E] <= 4)] == HIDDEN).all()
    quiet = (counts == 0).all(axis=(0, 2, 3)) & (drawn == 0).all(axis=(1, 2))
    assert (state[:, quiet] == SHOWN).all()
    assert (view.counts[:, own][:, quiet] == 0).all()
    assert (state[exact.counts[:, own] < 0] == Shown.ABSENT).all()
    assert not misstated(view, exact, RULE)
    assert attack(view).holds


@quickly
@given(countries())
def test_the_tables_tell_exactly_the_view_they_were_made_of(exact: Exact) -> None:
    view = protected_view(exact)
    assert_same_view(read_view(*tables_of(exact, view)), view)


def bands_of(view: View, kind: int, kommune: str, cut: int, limits: Sequence[int | None]) -> list[tuple[int, int]]:
    """What each window's count can be by itself, by asking of every count how it would be shown."""
    bands = []
    for window, limit in enumerate(limits):
        most = 60 if limit is None else limit
        if view.count_state[kind, at(kommune), cut, window] == HIDDEN:
            bands.append((0, most))
        else:
            shown = view.counts[kind, at(kommune), cut, window]
            could = [n for n in range(most + 1) if published(n, RULE.count_base, RULE.small_max, limit) == shown]
            bands.append((could[0], could[-1]))
    return bands


@settings(quickly, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=5, max_size=5))
def test_trying_every_history_of_one_municipality_pins_no_created_case(cases: list[tuple[int, int]]) -> None:
    """Cases in the first and last two months and in one that all three windows share."""
    pairs = dict(zip((0, 1, 6, 12, 13), ((drawn, min(drawn, created)) for drawn, created in cases), strict=True))
    own = {"trukket": {m: d for m, (d, _) in pairs.items()}, "trukket_oprettet": {m: c for m, (_, c) in pairs.items()}}
    view = protected_view(exact_of({(HOLSTEBRO, 0): own, **big(14, ("657", 0))}, 14))
    drawn = view.drawn[at(HOLSTEBRO), 0].tolist()
    found = drawn_and_created(drawn, bands_of(view, TO, HOLSTEBRO, 0, drawn))
    for window, could in enumerate(found):
        if view.count_state[TO, at(HOLSTEBRO), 0, window] == HIDDEN:
            assert max(could) - min(could) >= min(3, drawn[window]), (pairs, window, could)


@quickly
@given(st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_trying_every_history_of_one_municipality_pins_no_count(cases: list[int]) -> None:
    own = {"oprettet": dict(zip((0, 1, 6, 12, 13), cases, strict=True))}
    view = protected_view(exact_of({(HOLSTEBRO, 0): own, **big(14, ("657", 0))}, 14))
    found = window_sums(bands_of(view, OP, HOLSTEBRO, 0, [None] * 3), 12)
    for window, could in enumerate(found):
        if view.count_state[OP, at(HOLSTEBRO), 0, window] == HIDDEN:
            assert max(could) - min(could) >= 3, (cases, window, could)


# --- ways in that stood open once


def test_hole_that_nothing_was_created_tells_what_became_of_the_drawn() -> None:
    """Three drawn: what came of them is withheld, zero included. Created 0 in the same months says it all the same.

    A case is created in or after the month of its last draw, so those drawn in the newest 12 months and created are
    among those created in them.
    """
    view = protected_view(exact_of(country(14, {(AARHUS, 0): {"trukket": {5: 3}}, **big(14, ("740", 0))}), 14))
    assert (view.count_state[TO, at(AARHUS), 0] == HIDDEN).all()
    assert (view.count_state[OP, at(AARHUS), 0, -1], view.counts[OP, at(AARHUS), 0, -1]) != (SHOWN, 0)


@pytest.mark.parametrize("came", ["nothing", "all of it"])
def test_hole_what_came_of_one_case_is_told_by_what_is_withheld(came: str) -> None:
    """One case drawn in three years. Withheld means created, closed, with effect; shown means not: it must look alike."""
    case = {"trukket": {20: 1}} if came == "nothing" else {name: {20: value} for name, value in ONE_CASE_OF_ONE.items()}
    view = protected_view(exact_of(country(36, {(AARHUS, 0): case, **big(36, ("740", 0))}), 36))
    assert view.drawn[at(AARHUS), 0].max() == 1
    assert (view.count_state[[OP, A, E], at(AARHUS), 0, -5] == HIDDEN).all()


ONE_CASE_OF_ONE = {
    "trukket": 1,
    "trukket_oprettet": 1,
    "oprettet": 1,
    "afsluttet": 1,
    "afsluttet_effekt": 1,
    "tilbagebetaling_kr": 1_200_000,
}


def test_hole_growth_in_the_newest_months_does_not_make_older_windows_doubtful() -> None:
    """As given away by the release before, and the newest window has grown; those before it are as they were."""

    def cells(created: int) -> Monthly:
        own = {name: {**months, 18: 30 if name == "trukket" else created} for name, months in SIX_OF_SIX.items()}
        return country(20, {(AARHUS, 0): own, **big(21, ("740", 0))})

    older = exact_of(cells(6), 20)
    before = publish(older, small_counts(older, FIVES), FIVES)
    now = exact_of(cells(16), 20)
    withheld = small_counts(now, FIVES)
    withheld.counts[TO, at(AARHUS), 0, :6] = True
    view = publish(now, withheld, FIVES)
    assert not given_away(Auditor(FIVES).attack(view), TO, AARHUS, 0)
    assert given_away(Auditor(FIVES).attack(view, before), TO, AARHUS, 0)


def test_hole_a_window_no_longer_public_is_given_away_by_the_next_release() -> None:
    """Four of four withheld in the oldest window, five of five beside it too. A month later the first is out: the other
    must not come back, for the release before is still in the world."""
    own = {"trukket": {25: 4, 32: 1}, "trukket_oprettet": {25: 4, 32: 1}}
    later = {name: dict.fromkeys(range(33, 56), value) for name, value in BIG.items()}
    cell_ = {name: {**own.get(name, {}), **later[name]} for name in BIG}
    cells = country(56, {(AARHUS, 0): cell_, **big(56, ("740", 0))})
    before = protected_view(exact_of(cells, 55))
    assert (before.months[0], before.count_state[TO, at(AARHUS), 0, :2].tolist()) == (FIRST + 31, [HIDDEN, HIDDEN])
    now = protected_view(exact_of(cells, 56), before)
    assert now.months[0] == FIRST + 32
    assert (now.count_state[TO, at(AARHUS), 0, 0], now.counts[TO, at(AARHUS), 0, 0]) != (SHOWN, 5)


@pytest.mark.slow
def test_hole_a_release_can_be_built_after_one_that_showed_all_drawn_as_created() -> None:
    """Fifteen of fifteen is shown exactly. When eleven are out of the window, four of four can't be withheld any more."""
    own = {"trukket": {20: 11, 24: 4}, "trukket_oprettet": {20: 11, 24: 4}}
    cells = {(AARHUS, 1): own, **big(40, ("740", 1), ("101", 1), ("461", 1), ("851", 1), ("259", 1))}
    before = protected_view(exact_of(cells, 32))
    protected_view(exact_of(cells, 33), before)


def test_hole_an_exact_count_in_the_rounding_is_told_in_danish(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, leaky_store: Path, leaky_release: Release
) -> None:
    done = leaking_build(_exact_small, cli, monkeypatch, leaky_store, leaky_release)
    assert "Uventet fejl" not in done.err


STATED = ("numerator", "denominator", "value", "low", "high")
UNSEEN: Mapping[str, Callable[[Built], Built]] = {
    "a share": lambda b: doctored(b, ONE & (pl.col("measure") == "effekt_andel"), value=1.0),
    "an interval": lambda b: doctored(b, ONE & (pl.col("measure") == "effekt_andel"), low=0.2065, high=1.0),
    "the denominator": lambda b: doctored(b, ONE & (pl.col("measure") == "effekt_andel"), denominator=1.0),
    "one count told twice, once exactly": lambda b: doctored(
        b, cell("101", 0, month(14), "effekt_andel"), denominator=72.0
    ),
    "an interval of exact counts": lambda b: doctored(
        b, cell("101", 0, month(14), "effekt_andel"), low=0.3889, high=0.6111
    ),
    "the span of rounding": lambda b: doctored(
        b,
        cell("101", 0, month(14), "effekt_andel") & (pl.col("part") == "afrundingsspaend"),
        "parts",
        low=0.5,
        high=0.5,
    ),
    "no case of few drawn": lambda b: doctored(
        b,
        (cell(BORNHOLM, 1) | cell("DK014", 1) | cell(BORNHOLM, 4) | cell("DK014", 4))
        & (pl.col("measure") == "oprettet_andel")
        & (pl.col("status") == "diskretioneret"),
        numerator=0.0,
        denominator=3.0,
        value=0.0,
        status="ok",
    ),
    "an amount beside a withheld count": lambda b: doctored(
        b, ONE & (pl.col("measure") == "mindreudgift"), value=0.0, status="ok"
    ),
}


@pytest.mark.parametrize("leak", UNSEEN)
def test_hole_the_audit_reads_all_that_a_row_says(leak: str, cli: Cli, tmp_path: Path, leaky_built: Built) -> None:
    release = write_release(UNSEEN[leak](leaky_built), tmp_path / "ud")
    assert cli("audit", release.folder).code == 3


def row_of(built: Built, kommune: str, cut: int, window: int, measure: str) -> dict[str, object]:
    (row,) = built.tables["results"].filter(cell(kommune, cut, month(window), measure)).to_dicts()
    return row


@pytest.fixture(scope="module")
def odd_built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Amounts of two bases, figures that were not delivered beside some that were, and a correction of small counts."""
    mixed: dict[str, Mapping[int, int | str | None]] = {
        "trukket": {3: 30, 4: 30}, "trukket_oprettet": {3: 9, 4: 9}, "oprettet": {3: 9, 4: 9}, "afsluttet": {3: 1, 4: 1},
        "afsluttet_effekt": {3: 1, 4: 1}, "tilbagebetaling_kr": {3: 9000, 4: 9000}, "beloeb_grundlag": {4: "kommunal_andel"},
    }  # fmt: skip
    one: dict[str, Mapping[int, int | str | None]] = {name: {5: value} for name, value in ONE_CASE_OF_ONE.items()}
    own: dict[tuple[str, int], Mapping[str, Mapping[int, int | str | None]]] = {
        **big(13, *((k, cut) for k in ("101", "461", "851", "259", "740") for cut in range(4))),
        (AARHUS, 1): mixed,
        ("615", 2): {**one, "afsluttet_effekt": {5: None}},
        ("671", 0): {**one, "trukket": {5: None}},
        ("661", 0): {**one, "trukket": {5: None}, "trukket_oprettet": {}},
        ("657", 0): {
            **BIG_13,
            "oprettet": {**BIG_13["oprettet"], 6: 8, 7: 6},
            "afsluttet": {7: 2},
            "afsluttet_effekt": {},
            "tilbagebetaling_kr": {},
        },
    }
    folder = tmp_path_factory.mktemp("saert")
    store = folder / "lager"
    correction = folder / "rettelser.yaml"
    correction.write_text(
        f"""
rettelser:
  - id: optalt-forkert
    match: {{feed: kontrolsager, period: {month(7)}, kommune_kode: "657", omraade: kontanthjaelp, kontroltrin: "2", column: afsluttet}}
    expect: "2"
    action: {{set: "1"}}
    reason: Optalt forkert i kilden, bekræftet af den, der sendte filen.
    status: aktiv
""",
        encoding="utf-8",
    )
    import_corrections([correction], store, Arrival(RECEIVED))
    bring(store, own, 13)
    return built_of(store)


BIG_13 = {name: dict.fromkeys(range(13), value) for name, value in BIG.items()}


def test_hole_amounts_of_two_bases_tell_that_there_are_two_cases(odd_built: Built) -> None:
    """Two cases with effect, both withheld; that their bases differ says there are at least two, so none is 0 or 1."""
    assert row_of(odd_built, AARHUS, 1, 12, "effekt_andel")["status"] == "diskretioneret"
    assert row_of(odd_built, AARHUS, 1, 12, "provenu")["status"] == "diskretioneret"


def test_hole_an_amount_is_not_shown_where_nobody_knows_how_many_cases_made_it(odd_built: Built) -> None:
    assert row_of(odd_built, "615", 2, 12, "effekt_andel")["value"] is None
    assert row_of(odd_built, "615", 2, 12, "provenu")["value"] is None


def test_hole_a_small_count_looks_like_none_where_the_drawn_were_not_delivered(odd_built: Built) -> None:
    one, none = (row_of(odd_built, kommune, 0, 12, "oprettet_andel")["status"] for kommune in ("671", "661"))
    assert one == none


def test_hole_a_correction_of_a_count_is_not_published_with_its_figures(odd_built: Built, tmp_path: Path) -> None:
    """Single months of outcomes are not public, and a small one least of all."""
    release = write_release(odd_built, tmp_path / "ud")
    assert [c.id for c in release.manifest.corrections] == ["optalt-forkert"]
    manifest = release.manifest.corrections[0]
    told = odd_built.tables["sources"]["rettelse"].drop_nulls().to_list()
    assert not any("fra 2 til 1" in text for text in told)
    assert (manifest.before, manifest.now) != ("2", "1")


def test_hole_the_release_before_is_read_by_the_rule_it_was_made_under(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaky_store: Path, leaky_release: Release
) -> None:
    """Rounded to 5 until the month before, to 10 from then on."""
    rules = load_rules()
    older = RULE.model_copy(update={"version": "0", "count_base": 5, "to_period": month(13)})
    newer = RULE.model_copy(update={"from_period": month(14)})
    dated = rules.model_copy(update={"disclosure": rules.disclosure.model_copy(update={"versions": (older, newer)})})
    monkeypatch.setattr(benchmark_module, "load_rules", lambda: dated)
    before = write_release(built_of(leaky_store, month(13)), tmp_path / "foer")
    found = guard.audit_release(leaky_release, before, dated, lambda _: None)
    assert not [fault for fault in found.faults if "afrundet" in fault or "modsiger" in fault]
