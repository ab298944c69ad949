"""Every sentence of every briefing read back into claims and held against the release, by a reader of its own.

The reader (`read_documents.py`) shares nothing with the code that writes; that it can fail is proved here, too.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from conftest import REAL_EDITIONS, Cli, bring, make_release, once
from maalestok.beskaeftigelse import synthetic, synthetic_fokusmaal
from maalestok.publish.documents.write import Order, write_all
from maalestok.release.read import Release, open_release
from personer import take_in, write_files
from reference import naive_personer
from reference import read_documents as reader
from reference.read_documents import Grid, Image, Line, Piece, Reading, Tables, from_html, from_word, read, titles

INVENTED = ("2020QMAT02", "2020QMAT04", "2021QMAT02", "2021QMAT04")
WITH_GAPS = ("2019QMAT04", "2020QMAT02", "2020QMAT04", "2023QMAT04", "2025QMAT04")
SEED = 20210607
RECEIVED = datetime(2026, 11, 10, tzinfo=UTC)
AMOUNTS = "periode;kommune;omraade;beloeb_mio_kr\n2020QMAT04;Norddjurs;i_alt;-4,6\n"
SHARES = "kommune_kode;maaned;samtale_andel_12m;tilbud_andel_12m\n707;2020-12;92,2;85,1\n"
SAMPLE = {
    # Norddjurs; the largest, and the smallest, whose place did not move; amounts over and under the expected, as expected,
    # and another way than the difference
    "2020QMAT02": ("240",),
    "2020QMAT04": ("101", "400", "707", "825"),
    "2021QMAT02": ("151",),
}
COURSE = (
    ("2021-06-30", "udpeget"),
    ("2021-08-14", "redegoerelse"),
    ("2021-08-29", "revisionsgennemgang"),
    ("2021-09-13", "genopretningsplan"),
    ("2021-10-28", "genopretning"),
)
HIDDEN = {
    # (municipality, area or all) -> what the source leaves out: columns from expected number to place
    ("Aarhus", ""): range(3, 10),
    ("Odense", ""): range(9, 10),
    ("Aalborg", "Sygedagpenge"): range(3, 6),
    ("Randers", "i alt"): range(4, 6),
    ("Esbjerg", "i alt"): range(6, 9),
}


def clean(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture(scope="module")
def published(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The three published editions, with an official amount and the focus targets of one municipality."""

    def make(folder: Path) -> list[Path]:
        store = folder / "lager"
        bring([shared_data / "y30r21" / f"{code}.csv" for code in REAL_EDITIONS], store)
        for feed, text in (("beloeb", AMOUNTS), ("fokusmaal", SHARES)):
            path = folder / f"{feed}.csv"
            path.write_text(text, encoding="utf-8")
            bring([path], store, feed)
        return [make_release(store, folder / "ud").folder]

    return open_release(once(tmp_path_factory, "orienteringer", make)[0])


def invented_release(
    folder: Path, periods: Sequence[str], hidden: dict[tuple[str, str], range], ended: bool
) -> Release:
    """Invented editions with focus targets, and courses of supervision of those the figures show to be taken in.

    Args:
        folder: where to keep it.
        periods: which editions.
        hidden: what the source withholds of 2020QMAT04.
        ended: also a course that ended, and one of a municipality the figures do not show.
    """
    store, made = folder / "lager", synthetic.editions(periods, SEED)
    for period, rows in made.items():
        path = folder / f"{period}.csv"
        text = synthetic.as_csv(rows).decode("utf-8-sig")
        path.write_text(_withheld(text, hidden) if period == "2020QMAT04" else text, encoding="utf-8", newline="")
        bring([path], store, received=RECEIVED)
    path = folder / "fokusmaal.csv"
    path.write_bytes(synthetic_fokusmaal.as_csv(synthetic_fokusmaal.months(made, SEED)))
    bring([path], store, "fokusmaal", received=RECEIVED)
    first = make_release(store, folder / "ud")
    found = first.table("findings").filter(criterion="skaerpet_tilsyn", period="2020QMAT04")
    taken_in = found.filter(udfald="omfattet")["kommune_kode"].to_list()
    not_taken_in = found.filter(udfald="ikke_omfattet")["kommune_kode"].to_list()
    courses = {taken_in[0]: COURSE, taken_in[1]: COURSE[:1]}
    if ended:
        courses |= {taken_in[1]: (*COURSE, ("2022-03-01", "administration")), not_taken_in[0]: COURSE[:1]}
        courses |= {not_taken_in[1]: (*COURSE, ("2022-03-01", "ophoert"))}
    steps = [(kode, "2020", day, step) for kode, course in courses.items() for day, step in course]
    path = folder / "skridt.csv"
    path.write_bytes(synthetic_fokusmaal.steps_csv(steps))
    bring([path], store, "tilsynsskridt", received=RECEIVED)
    return make_release(store, folder / "ud", previous=first)


def _withheld(text: str, hidden: dict[tuple[str, str], range]) -> str:
    lines = []
    for line in text.split("\r\n"):
        cells = line.split(";")
        for (name, area), columns in hidden.items():
            if cells[0].startswith(name) and area in cells[2]:
                cells[columns.start : columns.stop] = [".."] * len(columns)
        lines.append(";".join(cells))
    return "\r\n".join(lines)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Four invented editions with focus targets and courses of supervision."""
    made = once(tmp_path_factory, "opfundet", lambda at: [invented_release(at, INVENTED, {}, ended=False).folder])
    return open_release(made[0])


@pytest.fixture(scope="module")
def with_gaps(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Invented editions with withheld figures, years whose rules nobody has checked, and courses of every kind."""
    made = once(tmp_path_factory, "huller", lambda at: [invented_release(at, WITH_GAPS, HIDDEN, ended=True).folder])
    return open_release(made[0])


def held(
    release: Release,
    wanted: Mapping[str, Sequence[str]],
    folder: Path,
    form: str = "fuld",
    formats: Sequence[str] = ("docx",),
) -> tuple[list[str], int]:
    """Write briefings (edition -> municipalities), read them, and give what is wrong and how many claims were read."""
    orders = [
        Order("beskaeftigelse", "orientering", release.folder, kode, period, form)
        for period, codes in wanted.items()
        for kode in codes
    ]
    write_all(orders, folder, formats, workers=1)
    tables, problems, claims = Tables(release.folder), [], 0
    for order in orders:
        found = pieces(folder, order.kommune, str(order.period), form, formats)
        assert all(other == found[0] for other in found), f"{order.kommune} {order.period}: the formats differ"
        reading = read(found[0], tables, order.kommune, str(order.period), form)
        problems += reading.problems
        claims += reading.claims.total()
    return problems, claims


def pieces(folder: Path, kode: str, period: str, form: str, formats: Sequence[str]) -> list[list[Piece]]:
    """A briefing in every format, as the reader sees it."""
    path = folder / kode / f"orientering-{'kort-' if form == 'kort' else ''}{period}"
    readers = {"docx": from_word, "html": from_html}
    return [readers[name](path.with_name(f"{path.name}.{name}")) for name in formats]


def told(problems: Sequence[str]) -> str:
    return "\n".join([f"{len(problems)} sentences are wrong:", *problems[:40]])


# The reader itself.


def test_the_reader_shares_nothing_with_the_code_that_writes() -> None:
    tree = ast.parse(Path(reader.__file__).read_text(encoding="utf-8"))
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert not [name for name in names if name.startswith("maalestok")]
    assert "fraser" not in Path(reader.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("2.310", "2310", "1"),
        ("46.740 fuldtidspersoner", "46740", "1"),
        ("1 fuldtidsperson", "1", "1"),
        ("-0,25 procentpoint", "-0.25", "0.01"),
        ("4,6 mio. kr.", "4600000", "100000"),
        ("-0,7 mio. kr.", "-700000", "100000"),
        ("70.000 kr.", "70000", "1"),
        ("én plads", "1", "1"),
        ("4,5 pladser", "4.5", "0.1"),
        ("ét tilbud", "1", "1"),
        ("nr. 21", "21", "1"),
        ("79,996 pct.", "79.996", "0.001"),
    ],
)
def test_numbers_are_read_as_a_dane_reads_them(text: str, value: str, step: str) -> None:
    found = reader.number(text)
    assert (found.value, found.step) == (Decimal(value), Decimal(step))


@pytest.mark.parametrize("text", ["1150", "2.31", "1.0500", "-0,00", "007", "1,150.0", "ingen"])
def test_a_number_that_is_not_danish_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|sign"):
        reader.number(text)


def test_periods_and_dates_are_read() -> None:
    assert reader.edition("2020") == "2020QMAT04"
    assert reader.edition("3. kvartal 2019 til 2. kvartal 2020") == "2020QMAT02"
    with pytest.raises(ValueError, match="four quarters"):
        reader.edition("3. kvartal 2019 til 3. kvartal 2020")
    assert [reader.day(text) for text in ("7. juni 2021", "november 2020", "2022")] == ["2021-06-07", "2020-11", "2022"]
    assert [reader.two_before(code) for code in ("2020QMAT02", "2021QMAT01")] == ["2019QMAT04", "2020QMAT03"]


# Published figures.


def test_every_sentence_of_a_sample_of_published_editions_holds(published: Release, tmp_path: Path) -> None:
    problems, claims = held(published, SAMPLE, tmp_path, formats=("docx", "html"))
    assert not problems, told(problems)
    assert claims > 6 * 80
    short, claims = held(published, SAMPLE, tmp_path, form="kort", formats=("html",))
    assert not short, told(short)
    assert claims > 6 * 15


@pytest.mark.slow
@pytest.mark.parametrize("period", REAL_EDITIONS)
def test_every_sentence_about_every_municipality_in_the_published_editions_holds(
    published: Release, tmp_path: Path, period: str
) -> None:
    problems, claims = held(published, {period: sorted(titles())}, tmp_path, formats=("docx", "html"))
    short, _ = held(published, {period: sorted(titles())}, tmp_path, form="kort", formats=("html",))
    assert not problems + short, told(problems + short)
    assert claims > 98 * 80


def test_norddjurs_from_the_command_line_says_what_its_own_briefing_said(
    published: Release, tmp_path: Path, cli: Cli
) -> None:
    path = tmp_path / "norddjurs.docx"
    arguments = ("--period", "2020QMAT04", "--release", published.folder, "--out", path)
    assert cli("document", "orientering", "Norddjurs", *arguments).code == 0
    found = from_word(path)
    assert not read(found, Tables(published.folder), "707", "2020QMAT04").problems
    text = clean(" ".join(piece.text for piece in found if isinstance(piece, Line)))
    for said in (
        "er placeret som nr. 21 ud af landets 98 kommuner",
        "var kommunen nr. 24; den har dermed forbedret sig 3 pladser",
        "2.310 fuldtidspersoner. Det er 60 færre end de 2.370",
        "brugt 4,6 mio. kr. mindre på offentlig forsørgelse end forventet. Beløbet er offentliggjort af myndigheden.",
        "havde 92,2 pct. af målgruppen i Norddjurs Kommune haft mindst 4 samtaler. Fokusmålet er opfyldt.",
        "havde 85,1 pct. af målgruppen i Norddjurs Kommune deltaget i mindst ét tilbud eller arbejdet mindst 225 timer.",
    ):
        assert said in text


# Invented figures.


@pytest.mark.slow
@pytest.mark.parametrize("period", INVENTED)
def test_every_sentence_about_every_municipality_in_invented_editions_holds(
    invented: Release, tmp_path: Path, period: str
) -> None:
    """With focus targets, suspensions, the risk zone, supervision and its course."""
    formats = ("docx", "html") if period.endswith("QMAT04") else ("html",)
    problems, claims = held(invented, {period: sorted(titles())}, tmp_path, formats=formats)
    short, _ = held(invented, {period: sorted(titles())}, tmp_path, form="kort", formats=("html",))
    assert not problems + short, told(problems + short)
    assert claims > 98 * 80


def test_a_sample_of_two_invented_editions_holds(synthetic_release: Release, tmp_path: Path) -> None:
    wanted = {"2020QMAT02": ("101", "825"), "2020QMAT04": ("707", "825", "851")}
    problems, _ = held(synthetic_release, wanted, tmp_path, formats=("docx", "html"))
    assert not problems, told(problems)


@pytest.mark.slow
def test_every_sentence_holds_where_figures_are_withheld_and_rules_unknown(with_gaps: Release, tmp_path: Path) -> None:
    wanted = dict.fromkeys(WITH_GAPS, sorted(titles()))
    problems, _ = held(with_gaps, wanted, tmp_path, formats=("html",))
    short, _ = held(with_gaps, wanted, tmp_path, form="kort", formats=("html",))
    assert not problems + short, told(problems + short)


def test_a_briefing_says_when_its_focus_figures_were_counted_from_persons(
    tmp_path: Path, rows: dict[str, list[synthetic.Row]]
) -> None:
    store = tmp_path / "lager"
    for period, edition in rows.items():
        path = tmp_path / f"{period}.csv"
        path.write_bytes(synthetic.as_csv(edition))
        bring([path], store)
    (tmp_path / "personer").mkdir()
    generated = naive_personer.generate(3, 3000)
    for feed, path in write_files(tmp_path / "personer", generated).items():
        codes = ["101", "707", "751"] if feed == "borgere" else []
        take_in(store, feed, path, ("2019-01", "2020-12"), codes=codes, syntetisk=True)
    release = make_release(store, tmp_path / "udgivelse")
    problems, _ = held(release, {"2020QMAT04": ("707", "825")}, tmp_path / "ud", formats=("docx", "html"))
    assert not problems, told(problems)
    said = "\n".join(str(piece) for piece in pieces(tmp_path / "ud", "707", "2020QMAT04", "fuld", ("html",))[0])
    assert "det er talt af indlæste personer" in said


# PDF.


def squeezed(text: str) -> str:
    return "".join(text.split())


def pdf_text(path: Path, footer: str, mark: str) -> str:
    """All of a PDF's text without spaces and line breaks, headers and footers away."""
    with pypdfium2.PdfDocument(path) as held:
        texts = [page.get_textpage().get_text_range() for page in held]
    found = []
    for nr, text in enumerate(texts, start=1):
        said = squeezed(text).replace("\ufffe", "-")
        edge = squeezed(f"{footer} Side {nr} af {len(texts)}")
        assert said.startswith(mark)
        assert said.endswith(edge)
        found.append(said.removeprefix(mark).removesuffix(edge))
    return "".join(found)


def follow(written: Sequence[Piece], text: str) -> Iterator[str]:
    """Each piece of a document that does not stand in the text where the piece before it ends."""
    at, drawn = 0, False
    for piece in written:
        match piece:
            case Image():
                drawn = True
                continue
            case Grid(rows):
                words = "".join(cell for row in rows for cell in row)
            case Line(style, said):
                if style in (reader.MARK, reader.FOOTER):
                    continue
                words = f"•{said}" if style == reader.BULLET else said
        begins = text.find(squeezed(words), at)
        if begins < 0 or (begins > at and not drawn):
            yield words
        else:
            at, drawn = begins + len(squeezed(words)), False
    if at != len(text):
        yield f"after the last: {text[at:]}"


@pytest.mark.parametrize("form", ["fuld", "kort"])
def test_a_pdf_has_the_text_of_the_other_formats_and_no_other(
    published: Release, synthetic_release: Release, tmp_path: Path, form: str
) -> None:
    for release, mark, codes in ((published, "", ("707", "101", "825")), (synthetic_release, "SYNTETISK", ("540",))):
        orders = [Order("beskaeftigelse", "orientering", release.folder, k, "2020QMAT04", form) for k in codes]
        write_all(orders, tmp_path, ("docx", "pdf"), workers=1)
        for kode in codes:
            (written,) = pieces(tmp_path, kode, "2020QMAT04", form, ("docx",))
            path = tmp_path / kode / f"orientering-{'kort-' if form == 'kort' else ''}2020QMAT04.pdf"
            assert list(follow(written, pdf_text(path, release.id, mark))) == []


# That the reader can fail.


@pytest.fixture(scope="module")
def norddjurs(published: Release, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Piece], Tables]:
    """The full briefing about Norddjurs in the calendar year 2020, and the tables it rests on."""
    folder = tmp_path_factory.mktemp("norddjurs")
    order = Order("beskaeftigelse", "orientering", published.folder, "707", "2020QMAT04", "fuld")
    write_all([order], folder, ("docx",), workers=1)
    (found,) = pieces(folder, "707", "2020QMAT04", "fuld", ("docx",))
    return found, Tables(published.folder)


Norddjurs = tuple[list[Piece], Tables]


def texts(piece: Piece) -> list[str]:
    match piece:
        case Line(_, text) | Image(text):
            return [text]
        case Grid(rows):
            return [cell for row in rows for cell in row]


def with_text(piece: Piece, nr: int, text: str) -> Piece:
    """The piece with its text (of a table: cell `nr`) replaced."""
    match piece:
        case Line():
            return replace(piece, text=text)
        case Image():
            return replace(piece, alt=text)
        case Grid(rows):
            cells = [text if at == nr else cell for at, cell in enumerate(texts(piece))]
            width = len(rows[0])
            return Grid(tuple(tuple(cells[at : at + width]) for at in range(0, len(cells), width)))


def altered(
    written: Sequence[Piece], pattern: str, otherwise: Callable[[str], str]
) -> Iterator[tuple[str, list[Piece]]]:
    """The document once for each place the pattern occurs, with that place alone written otherwise."""
    for at, piece in enumerate(written):
        for nr, text in enumerate(texts(piece)):
            for found in re.finditer(pattern, text):
                other = text[: found.start()] + otherwise(found[0]) + text[found.end() :]
                yield other, [*written[:at], with_text(piece, nr, other), *written[at + 1 :]]


def always(word: str) -> Callable[[str], str]:
    return lambda _: word


def again(written: Sequence[Piece], tables: Tables, kode: str = "707") -> Reading:
    return read(written, tables, kode, "2020QMAT04")


def test_the_slip_of_1150_for_1050_is_caught(norddjurs: Norddjurs) -> None:
    """Norddjurs' own briefing had it, of the persons on kontanthjælp in the edition before."""
    written, tables = norddjurs
    ((_, slip),) = altered(written, r"1\.050(?=\sfuldtidspersoner, 40 flere)", always("1.150"))
    problems = again(slip, tables).problems
    assert [problem for problem in problems if "'1.150 fuldtidspersoner', stored 1050.0" in problem]
    assert [problem for problem in problems if "the three numbers don't add up" in problem]


DIGITS: dict[str, Callable[[str], str]] = {
    r"(?<![\d.,])[1-9]": lambda first: str(int(first) % 9 + 1),
    r"\d(?![\d.,]*\d)": lambda last: str((int(last) + 1) % 10),
}


@pytest.mark.parametrize("digit", DIGITS, ids=["the first digit", "the last digit"])
def test_every_number_changed_is_caught(norddjurs: Norddjurs, digit: str) -> None:
    written, tables = norddjurs
    assert not again(written, tables).problems
    changed = list(altered(written, digit, DIGITS[digit]))
    assert len(changed) > 150
    assert not [text for text, told in changed if not again(told, tables).problems]


WORDS = {
    r"\bflere\b": "færre",
    r"\bfærre\b": "flere",
    r"\bmindre\b": "mere",
    r"\bmere\b": "mindre",
    r"\bfrem\b": "tilbage",
    r"\btilbage\b": "frem",
    r"har dermed forbedret sig": "er dermed faldet",
    r"er dermed faldet": "har dermed forbedret sig",
    r"opfylder (?=\w+målet)": "opfylder ikke ",
    r"er opfyldt": "er ikke opfyldt",
    r"ikke omfattet": "omfattet",
    r"overlapper, så flytningen kan være tilfældig": "overlapper ikke",
    r"offentliggjort af myndigheden": "Målestoks skøn",
    r"november 2020": "december 2020",
    r"7\. juni 2021": "8. juni 2021",
    r"Norddjurs Kommune(?!, )": "Syddjurs Kommune",
    r"A-dagpengeområdet": "Sygedagpengeområdet",
    r"samtaler\b": "tilbud",
    r"den bedste halvdel": "de ti bedste",
    r"forventede andel": "faktiske andel",
    r"nr\.(?=\s)": "nummer",
    r"procentpoint": "pct.",
    r"mio\.\s(?=kr)": "",
    r"revalidering, ": "",
    r" \(afrundet\)": "",
    r" \(33-38\)": "",
    r"Nøgletal": "Tal",
}


@pytest.mark.parametrize("words", WORDS)
def test_every_word_that_says_a_direction_changed_is_caught(norddjurs: Norddjurs, words: str) -> None:
    written, tables = norddjurs
    changed = list(altered(written, words, always(WORDS[words])))
    assert changed
    assert not [text for text, other in changed if not again(other, tables).problems]


@pytest.mark.slow
def test_every_number_and_outcome_changed_is_caught_under_sharpened_supervision(
    invented: Release, tmp_path: Path
) -> None:
    tables = Tables(invented.folder)
    kode = min(kode for kode, period in tables.steps if period == "2020QMAT04")
    write_all(
        [Order("beskaeftigelse", "orientering", invented.folder, kode, "2020QMAT04", "fuld")], tmp_path, ("html",)
    )
    (written,) = pieces(tmp_path, kode, "2020QMAT04", "fuld", ("html",))
    assert not again(written, tables, kode).problems
    changed = [told for digit, other in DIGITS.items() for told in altered(written, digit, other)]
    words = {
        "ikke opfyldt": "opfyldt",
        "er opfyldt": "er suspenderet",
        "opfylder ikke": "opfylder",
        r"eller fokusmålet om \w+(?=\.)": "eller et fokusmål, der gælder",
        "er under genopretning": "er sat under administration",
        "tilsyn forlænges": "tilsyn ophører",
        "tallene er (?=.*omfattet)": "tallene er ikke ",
        "genopretningsplan$": "redegørelse for situationen",
    }
    for pattern, word in words.items():
        found = list(altered(written, pattern, always(word)))
        assert found, pattern
        changed += found
    assert not [text for text, told in changed if not again(told, tables, kode).problems]


def test_a_figure_that_may_be_broken_over_two_lines_is_caught(norddjurs: Norddjurs) -> None:
    written, tables = norddjurs
    lines = [piece for piece in written if isinstance(piece, Line)]
    changed = list(altered(lines, "\u00a0", always(" ")))
    unbroken = len(again(lines, tables).problems)
    assert len(changed) > 50
    assert not [text for text, told in changed if len(again(told, tables).problems) == unbroken]


def test_a_place_told_of_another_area_is_caught(norddjurs: Norddjurs) -> None:
    """Two areas' paragraphs swapped: every sentence is true of something."""
    written, tables = norddjurs
    at = [nr for nr, p in enumerate(written) if isinstance(p, Line) and p.style == reader.SUBHEADING]
    first, second = at[-3] + 1, at[-2] + 1
    swapped = list(written)
    swapped[first], swapped[second] = written[second], written[first]
    assert len(again(swapped, tables).problems) >= 2


def test_what_is_left_out_or_said_twice_is_caught(norddjurs: Norddjurs) -> None:
    written, tables = norddjurs
    for at in range(len(written)):
        assert again([*written[:at], *written[at + 1 :]], tables).problems, written[at]
        assert again([*written[:at], written[at], *written[at:]], tables).problems, written[at]
    for text, other in altered(written, r"(?<=\. )[A-ZÆØÅ][^.]*\.(?: |$)", always("")):
        assert again(other, tables).problems, text


def test_a_sentence_nobody_knows_is_caught(norddjurs: Norddjurs) -> None:
    written, tables = norddjurs
    told = [*written[:8], Line(reader.BODY, "Kommunen har gjort det godt."), *written[8:]]
    (problem,) = again(told, tables).problems
    assert "'Kommunen har gjort det godt.': no pattern knows this sentence" in problem


def test_another_municipality_edition_or_release_is_caught(norddjurs: Norddjurs, synthetic_release: Release) -> None:
    written, tables = norddjurs
    assert read(written, tables, "706", "2020QMAT04").problems
    assert read(written, tables, "707", "2020QMAT02").problems
    assert read(written, Tables(synthetic_release.folder), "707", "2020QMAT04").problems
