"""Print how well the open model predicts municipalities left out, for a few specifications, and how long it takes.

    python benchmarks/aaben_model.py [SHARED_DATA]

Default: `shared/data` beside the project. R2 within editions, each municipality left out with all its editions, the
penalty tuned without it. The last columns: the total's R2 with its own figures, against the ministry's expected
shares, and the largest say a municipality's own share has in what is expected of it.
"""

import csv
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from maalestok.beskaeftigelse.aaben_model import MILLIONTHS, OpenModel, open_models
from maalestok.beskaeftigelse.aaben_model_fit import Panel, fit
from maalestok.beskaeftigelse.aaben_model_rules import OpenModelRules, load
from maalestok.beskaeftigelse.aaben_model_tables import quality
from maalestok.beskaeftigelse.rules import load_rules
from maalestok.beskaeftigelse.synthetic import labels
from maalestok.kommune import resolve

EDITIONS = ("2020QMAT02", "2020QMAT04", "2021QMAT02")
FIGURES = {"forventet_antal": 3, "faktisk_antal": 4, "forventet_andel": 6, "faktisk_andel": 7}
FEW = ("andel_grundskole", "andel_efterkommere_15_69", "disp_indkomst", "andel_enpersonshusstande", "gnsalder")
NOT_IN_SIMILAR = ("andel_parcelhuse", "anmeldt_straffelov_pr1000", "pop15_69", "befolkning")
RUNS = 5
BOUND = 5.0


def facts(shared: Path) -> pl.DataFrame:
    areas = {label: area for area, label in labels().items()}
    rows = []
    for code in EDITIONS:
        with (shared / "y30r21" / f"{code}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in list(csv.reader(file, delimiter=";"))[1:]:
                held = {name: int(row[at].replace(",", "").replace(".", "")) for name, at in FIGURES.items()}
                rows.append({"period": row[1], "kommune_kode": resolve(row[0]).kode, "omraade": areas[row[2]]} | held)
    return pl.DataFrame(rows)


def conditions(shared: Path) -> pl.DataFrame:
    """The panel as facts hold it: whole millionths."""
    panel = pl.read_csv(shared / "dst_rammevilkaar_panel_2013_2024.csv", infer_schema_length=None)
    whole = (pl.selectors.numeric() - pl.selectors.by_name("kommunekode", "aar")) * MILLIONTHS
    panel = panel.with_columns(whole.round().cast(pl.Int64)).rename({name: name.lower() for name in panel.columns})
    return panel.with_columns(
        pl.col("kommunekode").cast(pl.String).str.zfill(3).alias("kommune_kode"),
        pl.format("{}QMAT04", "aar").alias("period"),
    )


def specifications() -> Mapping[str, OpenModelRules]:
    shipped = load()
    every = shipped.versions[0].conditions

    def changed(**changes: object) -> OpenModelRules:
        return shipped.model_copy(update={"versions": (shipped.versions[0].model_copy(update=changes),)})

    return {
        "shipped: 17 conditions": shipped,
        "five conditions": changed(conditions=tuple(c for c in every if c.column in FEW)),
        "those of lignende.yaml (13)": changed(conditions=tuple(c for c in every if c.column not in NOT_IN_SIMILAR)),
        "17, none as logarithm": changed(
            conditions=tuple(
                c.model_copy(update={"form": "uaendret" if c.form == "logaritme" else c.form}) for c in every
            )
        ),
        "17, almost no penalty": changed(penalties=("0.000001",)),
        "17, the same penalty 0.1": changed(penalties=("0.1",)),
        "17, a year later": changed(years_before=0),
        "17, weight root of residents": changed(weight="kvadratrod"),
        "17, weight residents": changed(weight="indbyggere"),
    }


def own_say(model: OpenModel) -> float:
    """The largest change of a municipality's expected share, in any area, per point its own shares are higher."""
    panel = model.design.panel
    n, e = panel.weight.shape
    higher = np.broadcast_to(np.eye(n)[:, None, :], (n, e, n)).copy()
    says = [
        np.einsum("nen->ne", fit(Panel(panel.x, higher, panel.residents, panel.weight), np.array([penalty])).fitted)
        for penalty in sorted(set(model.fit.penalties.tolist()))
    ]
    return max(float(say.max()) for say in says)


def timed(figures: pl.DataFrame, held: pl.DataFrame) -> str:
    rules, times = load_rules(), []
    for _ in range(RUNS):
        begun = time.perf_counter()
        open_models(figures, held, load(), rules)
        times.append(time.perf_counter() - begun)
    return f"{statistics.median(times):.2f} s ({min(times):.2f}-{max(times):.2f})  bound {BOUND:.0f} s"


def main(shared: Path) -> None:
    figures, held, rules = facts(shared), conditions(shared), load_rules()
    areas = [area for area in rules.benchmark.omraader if area != rules.benchmark.total] + [rules.benchmark.total]
    print(f"98 municipalities, {len(EDITIONS)} editions, fitted and tested: {timed(figures, held)}")
    names = ("specification", *areas, "penalties", "total with own", "with the ministry", "own say")
    print(f"| {' | '.join(names)} |")
    print("|---" * len(names) + "|")
    theirs: list[str] = []
    for name, specification in specifications().items():
        (model,) = open_models(figures, held, specification, rules)
        found = {q.omraade: q for q in quality(model) if q.period is None}
        total = found[rules.benchmark.total]
        penalties = " / ".join(f"{penalty:g}" for penalty in model.fit.penalties.tolist())
        left_out = [f"{found[area].left_out.r2:.3f}" for area in areas]
        theirs = [f"{q.r2:.3f}" if (q := found[area].ministry) else "-" for area in areas]
        agreed = f"{total.agreed.r2:.3f}" if total.agreed else "-"
        cells = (name, *left_out, penalties, f"{total.fitted.r2:.3f}", agreed, f"{own_say(model):.2f}")
        print(f"| {' | '.join(cells)} |")
    print(f"| the ministry's, from persons | {' | '.join(theirs)} | - | - | - | - |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "data")
