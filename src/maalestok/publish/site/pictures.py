"""The pictures a shared link shows: a municipality's name and where it stands, as PNG of 1200 by 630 points."""

from concurrent.futures import ProcessPoolExecutor
from html import escape
from multiprocessing import get_context

from maalestok.publish.charts.library import library

WIDTH, HEIGHT = 1200, 630
LINE = 46
"""Letters that fit on a line of the text."""


def picture(title: str, text: str, mark: str) -> bytes:
    """A PNG: the site's name, a title, a text in lines, and a mark for invented figures."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    said = "".join(
        f'<text x="80" y="{310 + 58 * at}" font-size="42" fill="#1a1a1a">{escape(line)}</text>'
        for at, line in enumerate(lines[:5])
    )
    told = (
        f'<text x="1120" y="90" font-size="34" text-anchor="end" fill="#8a5a00">{escape(mark)}</text>' if mark else ""
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><rect width="24" height="{HEIGHT}" fill="#0a4d8c"/>'
        f'<text x="80" y="90" font-size="34" fill="#5f6369">Målestok</text>{told}'
        f'<text x="80" y="210" font-size="84" font-weight="bold" fill="#1a1a1a">{escape(title)}</text>{said}</svg>'
    )
    return bytes(library().svg_to_png(svg))


def _one(job: tuple[str, str, str, str]) -> tuple[str, bytes]:
    return job[0], picture(*job[1:])


def pictures(jobs: list[tuple[str, str, str, str]], workers: int) -> dict[str, bytes]:
    """Many pictures by name, drawn by several processes. A job is name, title, text and mark."""
    if workers < 2 or len(jobs) < 8:
        return dict(map(_one, jobs))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return dict(pool.map(_one, jobs, chunksize=8))
