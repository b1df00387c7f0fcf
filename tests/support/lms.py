"""A made-up class, as Canvas and Moodle hand it over: zips and lists of students, odd ones too."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FORMULA = '=HYPERLINK("http://example.org","Ana")'
MARKUP = "<img src=x onerror=alert(1)>"
BIDI = "Eve\u202egnp.exe"
ODD_NAMES = [FORMULA, MARKUP, BIDI, "Søren García", unicodedata.normalize("NFD", "Zoë Ångström")]
ODD_NAMES += ["Ana Novak", "Ana Novak", "李 小龙", "!!!"]


@dataclass(frozen=True)
class Member:
    """Somebody of the class; `answer` is the notebook that was handed in, if any."""

    number: int
    name: str
    answer: str | None
    shape: str = "plain"
    late: bool = False

    @property
    def email(self) -> str:
        return f"student{self.number}@example.org"

    @property
    def canvas_id(self) -> str:
        return f"{210000 + self.number}"

    @property
    def participant(self) -> str:
        return f"{3000 + self.number}"

    @property
    def sortable(self) -> str:
        first, _, last = self.name.rpartition(" ")
        return f"{last}, {first}" if first else last


SHAPES = ["plain", "version", "browser_copy", "text_ending", "zipped", "two", "nothing_but_text"]


def made_up_class(size: int, answers: list[str]) -> list[Member]:
    """Return a class in which all that is odd occurs once; the last one handed in nothing."""
    members = []
    for number in range(size):
        name = ODD_NAMES[number] if number < len(ODD_NAMES) else f"Student{number} Number{number}"
        shape = SHAPES[number] if number < len(SHAPES) else "plain"
        answer = None if number == size - 1 else answers[number % len(answers)]
        members.append(Member(number, name, answer, shape, late=number == 7))
    return members


def files_of(member: Member, notebook: str, name: str) -> dict[str, bytes]:
    """Return what a student uploaded, by file name."""
    data, stem = notebook.encode(), name.removesuffix(".ipynb")
    shapes: dict[str, Callable[[], dict[str, bytes]]] = {
        "plain": lambda: {name: data},
        "version": lambda: {f"{stem}-1.ipynb": data},
        "browser_copy": lambda: {f"{stem} (1).ipynb": data},
        "text_ending": lambda: {f"{name}.txt": data},
        "zipped": lambda: {"work.zip": zipped({f"work/{name}": data, "__MACOSX/._x": b"x"})},
        "two": lambda: {name: data, f"{stem} copy.ipynb": b"{}"},
        "nothing_but_text": lambda: {"letter.txt": b"My dog ate it."},
    }
    return shapes[member.shape]()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip with some files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def canvas_zip(members: Iterable[Member], notebook: str) -> bytes:
    """Return what *Download Submissions* gives."""
    files: dict[str, bytes] = {}
    for member in members:
        if member.answer is not None:
            cleaned = re.sub(r"\W", "", member.sortable.lower())
            late = "_LATE" if member.late else ""
            for place, (name, data) in enumerate(files_of(member, member.answer, notebook).items()):
                attachment = 9000000 + 10 * member.number + place
                files[f"{cleaned}{late}_{member.canvas_id}_{attachment}_{name}"] = data
    return zipped(files)


def canvas_roster(members: Iterable[Member], title: str, points: float) -> str:
    """Return a gradebook as Canvas exports it."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(
        ["Student", "ID", "SIS Login ID", "Section", "Quiz (11)", f"{title} (12)", "Total"]
    )
    writer.writerow(["    Points Possible", "", "", "", "10.00", f"{points:.2f}", "(read only)"])
    for member in members:
        row = [member.sortable, member.canvas_id, member.email, "A, mornings", "7.5", "", "40"]
        writer.writerow(row)
    writer.writerow(["Student, Test", "", "", "A, mornings", "", "", ""])
    return "\ufeff" + made.getvalue()


def moodle_zip(members: Iterable[Member], notebook: str) -> bytes:
    """Return what *Download all submissions* gives."""
    files: dict[str, bytes] = {}
    for member in members:
        if member.answer is not None:
            name = member.name.replace("_", " ").replace("/", " ")
            folder = f"{name}_{member.participant}_assignsubmission_file"
            for file, data in files_of(member, member.answer, notebook).items():
                files[f"{folder}/{file}"] = data
    return zipped(files)


def moodle_roster(members: Iterable[Member], points: float) -> str:
    """Return a grading worksheet in German: other headers, semicolons, decimal commas."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    identity = ["ID", "Vollständiger Name", "E-Mail-Adresse", "Status"]
    marks = ["Bewertung", "Bestwertung", "Bewertung kann geändert werden"]
    times = ["Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)"]
    writer.writerow([*identity, *marks, *times, "Feedback als Kommentar"])
    most = f"{points:.2f}".replace(".", ",")
    for member in members:
        row = [f"Teilnehmer/in{member.participant}", member.name, member.email, "Abgegeben"]
        time = "-" if member.answer is None else "Montag, 1. März 2027, 18:23"
        writer.writerow([*row, "", most, "Ja", time, "-", "- gut"])
    return "\ufeff" + made.getvalue()


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files into a folder."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
