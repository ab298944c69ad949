"""Measure the website: how long a whole site takes to build, and what its pages cost in a real browser.

    python benchmarks/site.py [RELEASE...]

Default: published editions where they are at hand, else invented ones, beside invented control cases.

Bytes are those transferred, compressed; shift is the sum of unexpected layout shifts; time is from the navigation's
start until the largest thing of the first view is painted and the charts answer, in a browser just opened and with the
processor slowed down four times. Medians of five visits.
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from maalestok.beskaeftigelse import synthetic as jobs
from maalestok.build import BuildRequest
from maalestok.deliveries.importer import Arrival, import_files
from maalestok.deliveries.store import Store
from maalestok.engines.duckdb import DuckDBEngine
from maalestok.kontrolsager import synthetic as cases
from maalestok.publish.site.build import build_site
from maalestok.publish.site.serve import application
from maalestok.registry import benchmark
from maalestok.release.read import Release, open_release
from maalestok.release.write import write_release

SHARED = Path(os.environ.get("MAALESTOK_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
EDITIONS = ("2020QMAT02", "2020QMAT04", "2021QMAT02")
SIZE = cases.Size(months=26, last="2026-10", cases_per_month=15_000)
CHROMIUM = os.environ.get("MAALESTOK_CHROMIUM", "/usr/bin/chromium")
PAGES = (
    "", "beskaeftigelse/", "kontrolsager/", "kontrolsager/trin-2/kontanthjaelp/", "kontrolsager/graensevaerdi/",
    "kommune/", "kommune/707-norddjurs/", "kommune/707-norddjurs/2020QMAT04/", "metode/", "metode/placering/", "data/",
    "udgivelser/", "ordliste/", "tilgaengelighed/", "soeg/", "en/beskaeftigelse/", "en/kommune/101-koebenhavn/",
)  # fmt: skip
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
)  # fmt: skip
VISITS, SLOWDOWN = 5, 4
KILOBYTES, SHIFT, SECONDS, BUILD = 300, 0.05, 1.0, 60
WATCH = """
window.shift = 0;
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.shift += e.value; })
  .observe({type: "layout-shift", buffered: true});
window.largest = 0;
new PerformanceObserver(list => { for (const e of list.getEntries()) window.largest = e.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
window.usable = () => Math.max(window.largest, performance.getEntriesByName("maalestok")[0].startTime);
"""


def release(name: str, feed: str, files: list[Path], folder: Path) -> Release:
    """A release of these files."""
    arrival = Arrival(datetime(2026, 11, 10, tzinfo=UTC))
    reports = import_files(benchmark(name).feed_kind(feed), files, folder / "lager", arrival)
    if any(report.outcome != "modtaget" for report in reports):
        raise SystemExit("the deliveries were refused")
    with DuckDBEngine() as engine:
        built = benchmark(name).build(BuildRequest(Store.open(folder / "lager"), engine))
    return write_release(built, folder / "ud")


def releases(folder: Path) -> list[Release]:
    """Both benchmarks."""
    files = [SHARED / "y30r21" / f"{code}.csv" for code in EDITIONS]
    if not files[0].is_file():
        made = jobs.editions(EDITIONS, seed=7)
        files = [folder / f"{code}.csv" for code in EDITIONS]
        for path in files:
            path.write_bytes(jobs.as_csv(made[path.stem]))
    counts = folder / "kontrolsager.csv"
    counts.write_bytes(cases.as_csv(cases.aggregate(cases.Truth(SIZE, 20261101), SIZE.last, beloeb_grundlag="ukendt")))
    return [
        release("beskaeftigelse", "y30r21", files, folder / "b"),
        release("kontrolsager", "kontrolsager", [counts], folder / "k"),
    ]


def visit(browser: Browser, url: str) -> tuple[float, float, float]:
    """Kilobytes transferred, layout shift, seconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    sizes: list[float] = []
    cdp.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="load")
    page.wait_for_timeout(500)
    usable: float = page.evaluate("window.usable()")
    shift: float = page.evaluate("window.shift")
    context.close()
    return sum(sizes) / 1000, shift, usable / 1000


def main() -> int:
    """Print a table; 1 when a bound is not kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = [open_release(Path(path)) for path in sys.argv[1:]] or releases(folder)
        started = time.perf_counter()
        count = build_site(held, folder / "site", "https://maalestok.example/", allow_mixed=True)
        took = time.perf_counter() - started
        print(f"{count} pages of {', '.join(r.id for r in held)}: {took:.1f} s  bound {BUILD} s")
        rows = measure(folder / "site")
    print("| page | kB | shift | seconds |\n|---|---|---|---|")
    for path, (size, shift, seconds) in rows.items():
        print(f"| `/{path}` | {size:.0f} | {shift:.3f} | {seconds:.2f} |")
    worst = [max(values) for values in zip(*rows.values(), strict=True)]
    print(f"| largest | {worst[0]:.0f} | {worst[1]:.3f} | {worst[2]:.2f} |")
    print(f"| bound | {KILOBYTES} | {SHIFT} | {SECONDS} |")
    return int(took > BUILD or worst[0] > KILOBYTES or worst[1] > SHIFT or worst[2] > SECONDS)


def measure(site: Path) -> dict[str, tuple[float, float, float]]:
    """Page -> medians."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application(site), host="127.0.0.1", port=port, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    with sync_playwright() as playwright:
        rows = {}
        for path in PAGES:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            seen = [visit(browser, f"http://127.0.0.1:{port}/{path}") for _ in range(VISITS)]
            size, shift, seconds = (statistics.median(values) for values in zip(*seen, strict=True))
            rows[path] = (size, shift, seconds)
            browser.close()
    server.should_exit = True
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
