"""A site built once for all workers, a server for it, and Debian's Chromium."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import browser.sites as sites
from conftest import REAL_EDITIONS, ROOT, bring, make_release, once
from maalestok.publish.site.serve import application
from maalestok.release.read import Release, open_release

CHROMIUM = os.environ.get("MAALESTOK_CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--lang=da",
)  # fmt: skip
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """Invented releases of both benchmarks, the newest of each last."""

    def make(folder: Path) -> list[Path]:
        made = [sites.beskaeftigelse(folder / "beskaeftigelse"), *sites.kontrolsager(folder / "kontrolsager")]
        return [release.folder for release in made]

    return [open_release(path) for path in once(tmp_path_factory, "udgivelser", make)]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, releases: list[Release]) -> Path:
    """The site of the invented releases, with documents."""

    def make(folder: Path) -> list[Path]:
        documents = sites.documents(releases, folder / "dokumenter")
        return [sites.site(releases, folder / "hjemmeside", documents=documents)]

    return once(tmp_path_factory, "side", make)[0]


@pytest.fixture(scope="session")
def real_releases(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Path, releases: list[Release]
) -> list[Release]:
    """The published editions, and the invented control cases."""

    def make(folder: Path) -> list[Path]:
        bring([shared_data / "y30r21" / f"{code}.csv" for code in REAL_EDITIONS], folder / "lager")
        return [make_release(folder / "lager", folder / "ud").folder]

    return [open_release(once(tmp_path_factory, "virkelige", make)[0]), releases[-1]]


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory, real_releases: list[Release]) -> Path:
    """The site of published editions beside invented control cases."""

    def make(folder: Path) -> list[Path]:
        return [sites.site(real_releases, folder / "hjemmeside", mixed=True)]

    return once(tmp_path_factory, "virkelig-side", make)[0]


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The served site's address."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application(site), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for a worker."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium, or set MAALESTOK_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


class Watched:
    """A page with what it said on the console and what it asked for."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("response", lambda r: self.said.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def open(self, path: str) -> Page:
        """Go to a page of the site and wait until it is at rest."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def quiet(self) -> bool:
        """Nothing said, nothing asked of others."""
        assert self.said == []
        assert [url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))] == []
        return True


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    """Open a page in a fresh context: `visit(width=390, javascript=False)`."""
    contexts = []

    def new(width: int = 1280, *, javascript: bool = True) -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="da-DK",
            accept_downloads=True,
        )
        contexts.append(context)
        return Watched(context, address)

    yield new
    for context in contexts:
        context.close()
