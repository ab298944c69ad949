"""`document henvendelse`: drafts of letters, and the approval of one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maalestok.cli.output import print_json, print_lines, progress
from maalestok.errors import MaalestokError
from maalestok.publish.documents.document import Document
from maalestok.publish.documents.write import LIST, format_of, shown, write_one
from maalestok.registry import module

FORMATS = ("docx", "pdf")


@dataclass(frozen=True)
class LetterRequest:
    """What all letters of a command have in common."""

    period: str | None
    release: Path
    fields: Path | None
    again: bool
    template: Path | None
    as_json: bool

    @property
    def filled(self) -> Any:
        """The fields of the file, or empty ones."""
        felter = module("kontrolsager", "henvendelse_felter")
        return felter.LetterFields() if self.fields is None else felter.read_fields(self.fields)


def run_henvendelse(request: LetterRequest, kommune: str, out: Path | None, approve: str | None, approver: str) -> None:
    """Write one letter: a draft with its number, or the letter when its number is approved."""
    held, fields = shown("kontrolsager", request.release), request.filled
    letters = module("kontrolsager", "henvendelse")
    draft = letters.letter(held, kommune, request.period, fields, again=request.again)
    number = letters.draft_number(draft)
    made = draft if approve is None else letters.approved(draft, approve, approver, fields)
    path = out or Path(f"{made.kommune}-{made.id}.docx")
    if format_of(path) not in FORMATS:
        raise MaalestokError(
            f"{path.name}: en henvendelse skrives som Word eller PDF.", remedy="Vælg .docx eller .pdf."
        )
    _refuse_public(path.parent)
    write_one(made, path, request.template)
    if request.as_json:
        print_json({"path": str(path), "kommune": made.kommune, "draft": made.draft, "number": number})
        return
    lines = [f"Henvendelse: {path}", f"  {made.mark or 'Godkendt'} · {made.period} · {made.release}"]
    if made.draft:
        lines.append(f"  Udkastets nummer: {number}")
        missing = fields.missing()
        if missing:
            lines.append(f"  Mangler at blive udfyldt (--fields): {', '.join(missing)}")
    print_lines(lines)


def run_henvendelser(request: LetterRequest, out: Path) -> None:
    """Write a draft to each municipality that meets the criterion, in Word and PDF."""
    held, fields = shown("kontrolsager", request.release), request.filled
    letters = module("kontrolsager", "henvendelse")
    _refuse_public(out)
    kommuner = letters.to_contact(held, request.period)
    made: list[Document] = []
    with progress("Skriver udkast") as say:
        for kode in kommuner:
            draft = letters.letter(held, kode, request.period, fields)
            for form in FORMATS:
                write_one(draft, out / kode / f"{draft.id}.{form}", request.template if form == "docx" else None)
            made.append(draft)
            say(f"{len(made)} af {len(kommuner)}")
    if request.as_json:
        rows = [{"kommune": draft.kommune, "number": letters.draft_number(draft)} for draft in made]
        print_json({"path": str(out), "drafts": rows})
        return
    if not made:
        print_lines(["Ingen kommuner skal have en henvendelse."])
        return
    print_lines([f"Udkast: {out}", *(f"  {d.kommune}/{d.id} · nummer {letters.draft_number(d)}" for d in made)])


def _refuse_public(folder: Path) -> None:
    """A letter is kept apart from documents that are published."""
    if (folder / LIST).is_file() or (folder.parent / LIST).is_file():
        raise MaalestokError(
            f"{folder} holder dokumenter, der kan lægges på en hjemmeside; en henvendelse må ikke ligge der.",
            remedy="Vælg en anden mappe med --out.",
        )
