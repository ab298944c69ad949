"""Open data files of a release: CSV and JSON-stat per measure, one workbook, and a data package that describes them.

Everything is copied from the tables; nothing is computed. Text cells that a spreadsheet would read as a formula are
neutralised. The same tables give the same bytes.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from maalestok.build import Built
from maalestok.publish.csv_files import write_csv_files
from maalestok.publish.datapackage import write_datapackage
from maalestok.publish.jsonstat import write_jsonstat
from maalestok.publish.listed import listed_criteria, listed_measures
from maalestok.publish.workbook import write_workbook


def write_open_data(folder: Path, built: Built, say: Callable[[str], None]) -> None:
    """Write all open data files into a release's folder."""
    results, findings = built.tables["results"], built.tables["findings"]
    by_measure = {measure: results.filter(pl.col("measure") == measure) for measure in listed_measures(built)}
    by_criterion = {
        criterion: findings.filter(pl.col("criterion") == criterion) for criterion in listed_criteria(built)
    }
    say("CSV")
    write_csv_files(folder / "csv", by_measure, by_criterion)
    say("JSON-stat")
    write_jsonstat(folder / "jsonstat", by_measure, built)
    say("Excel")
    write_workbook(folder / f"{built.rules.benchmark.id}.xlsx", by_measure, by_criterion, built)
    write_datapackage(folder, built)
