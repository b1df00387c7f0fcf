"""Take in what was handed in: a clean copy of it, or the reason why it cannot be graded.

Nothing in a submitted folder is trusted: not its name, not the kind of its files, not their
size, not what is in them. Links are never followed. Nothing in the folder is changed.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

import nbformat
from nbformat import NotebookNode
from traitlets import Integer
from traitlets.config import Configurable

from ..lesson import GradedCell, Lesson
from .clean import shown
from .handed_in import composed, misnamed
from .lean import (
    MAX_JSON_DEPTH,
    MAX_VALUES,
    TooDeepError,
    TooManyError,
    has_too_many_values,
    without_ballast,
)
from .repair import LOOK, repaired_cells, student_cell
from .timestamp import TimeError, read_time
from .versions import other_versions

# How deep folders are searched.
MAX_FOLDER_DEPTH = 20
# Linux takes 4,096 bytes, and a graded folder lies deeper than a submitted one.
LONGEST_PATH = 1_000
# How much of a file is read at a time, in bytes.
CHUNK = 2**20
TIMESTAMP = "timestamp.txt"
# How many notebooks a message names.
SHOWN = 5

# Why a submission is refused: what is the matter, and what to do.
NAME_UNPRINTABLE = "the folder's name contains a line break or another control character: rename it"
NAME_PATTERN = (
    "the folder's name contains * ? or [, which nbgrader reads as a pattern that matches other "
    "students: rename it"
)
NAME_HIDDEN = "the folder's name begins with a dot, so nbgrader does not see it: rename it"
NAME_MARKUP = (
    "the folder's name contains < \" & or %, which the formgrader takes for code: rename it before "
    "you open the formgrader"
)
NAME_BLANK = (
    "the folder's name begins or ends with a blank, so it can be mistaken for another: rename it"
)
FOLDER_IS_LINK = (
    "the folder {name} is a link, which may point anywhere: put the folder itself there"
)
NOT_A_FOLDER = "{name} is not a folder: put the notebook into a folder of this name"
TOO_DEEP_BELOW = "it contains no notebook, and {name} is one folder too deep: move it up"
NO_NOTEBOOK = "it contains no notebook: put {expected} there"
WHICH_NOTEBOOK = "none of its {number} notebooks is named {expected}: rename the right one"
NOT_AMONG = "there is no {expected}{others}: ask for it, or rename the right one"
OTHER_NOTEBOOK = "{name} contains no exercise of this lesson: ask for {expected}"
OTHER_LESSON = "{name} has the cells of another lesson: ask for this one's notebook"
MISNAMED = "the folder is named {name}: rename it to {expected}"
TWICE = "there are {number} folders of this name, spelled in different ways: keep one of them"
NAME_DECOMPOSED = (
    "the letters of the folder's name are taken apart, as on macOS, so nbgrader takes it for "
    "another student's: rename it, or use `proctor autograde`"
)
IS_LINK = "{name} is a link, which may point anywhere: ask for the file itself"
NOT_A_FILE = "{name} is a folder, pipe, socket or device: ask for a regular file"
UNREADABLE = "{name} cannot be read ({error}): fix its permissions"
TOO_LARGE = "{name} is {size:.1f} MB, and the limit is {limit:.1f} MB: {advice}"
NOTEBOOK_TOO_LARGE = "ask for it without outputs, or raise Intake.max_notebook_bytes"
FILES_TOO_LARGE = (
    "that is what other files leave of Intake.max_files_bytes, which may be raised if it is needed"
)
EMPTY = "{name} is empty: ask for it again"
NO_CELLS = "{name} is a notebook without any cells: ask for it again"
NOT_JSON = "{name} is not valid JSON ({error}): ask for it again"
TOO_DEEP = "{name} is nested more than {limit} levels deep: ask for it again"
TOO_MANY_VALUES = (
    "{name} holds more than {limit:,} strings, lists and dictionaries{beside}: ask for it without "
    "outputs, or for a shorter notebook"
)
NOT_A_NOTEBOOK = "{name} is not a notebook ({error}): ask for it again"
UNKNOWN_FORMAT = (
    "{name} is in notebook format {version!r}, and this Jupyter reads formats up to 4: "
    "upgrade Jupyter, or ask for format 4"
)
TOO_MANY_CELLS = (
    "{name} has {number:,} cells, and the limit is {limit:,}: ask for a shorter notebook, "
    "or raise Intake.max_cells"
)

# What a person should know about a submission that is graded.
RENAMED = "graded {name} as {expected}: it is the only notebook"
EXTRA_NOTEBOOK = "left out: {name} is not the lesson's notebook"
UNTOUCHED = (
    "{name} is as it was handed out, and there is another notebook beside it: if that holds the "
    "answers, let it be handed in under this name"
)
RIVAL = (
    "{expected} is graded, with {ours} exercises worked on, and {name}, with {theirs}, is not: if "
    "that is the one that counts, put it in the other's place"
)
LEFT_OUT = "left out: {reason}"
TOO_MANY_FILES = (
    "left out: all but the first {limit:,} files and folders, the limit set by Intake.max_files"
)
TOO_LONG = "{name} is a path of more than {limit:,} bytes: ask for fewer folders within folders"
OTHER_FOLDER = "left out: the folder {name}, whose name is not the lesson's"
COMPOSED = "graded under the name as it is typed; that of the folder has its letters taken apart"
HIDDEN_FROM_CODE = "code did not find it; raise ExecuteSubmission.max_file_bytes if it is needed"
IN_THE_WAY = "{name} is in the place of one of the lesson's files"


class RefusedError(Exception):
    """A submission, or a file of it, is not taken in; the text says why and what to do."""


class MissingError(RefusedError):
    """One of a lesson's several notebooks was not handed in."""


@dataclass(frozen=True)
class Submission:
    """What was handed in, as far as it can be graded, and what a person should know about it."""

    notebook: NotebookNode
    """Repaired."""
    files: dict[PurePath, bytes]
    """What else was handed in, by relative path."""
    digest: str
    """Of everything that was handed in, with what was left out of it."""
    notes: list[str]
    remarks: list[str] = field(default_factory=list)
    """What the end of a run should name once more."""


class Intake(Configurable):
    """Takes in submissions, within limits."""

    max_notebook_bytes = Integer(
        20_000_000, min=0, help="Size of the largest notebook that is accepted, in bytes."
    ).tag(config=True)
    max_cells = Integer(2_000, min=0, help="How many cells a notebook may have.").tag(config=True)
    max_files = Integer(
        1_000,
        min=0,
        help="How many files and folders beside the notebook are accepted; the rest is left out.",
    ).tag(config=True)
    max_files_bytes = Integer(
        100_000_000,
        min=0,
        help="Size of the files beside the notebook together, in bytes; the rest is left out.",
    ).tag(config=True)

    def take_in(self, folder: Path, lesson: Lesson) -> Submission:
        """Read the submission in `folder`, with a repaired notebook and other regular files.

        Raises
        ------
        RefusedError
            If there is no notebook that can be graded.
        """
        check_folder(folder)
        name = find_notebook(folder, lesson)
        data = self.read_notebook_file(folder / name)
        content = self.parse_notebook(name, data)
        notes = []
        if name != lesson.notebook:
            if not has_exercise(content, lesson.cells):
                raise RefusedError(
                    OTHER_NOTEBOOK.format(name=shown(name), expected=lesson.notebook)
                )
            notes.append(RENAMED.format(name=shown(name), expected=lesson.notebook))
        check_lesson(name, content, lesson.cells)
        content.cells, repairs = repaired_cells(content.cells, lesson.cells, lesson.texts)
        notes.extend(repairs)
        digest = hashlib.sha256(_digest(name, data))
        files = dict(self._other_files(folder, name, lesson, notes))
        for other, other_data in files.items():
            digest.update(_digest(str(other), other_data))
        # Links and all else that was left out count, too: somebody may ask what became of them.
        digest.update(_digest("notes", "\n".join(notes).encode(errors="surrogateescape")))
        first, many = LOOK.partition("{")[0], TOO_MANY_FILES.partition("{")[0]
        named = (first, many, TIMESTAMP, LEFT_OUT.format(reason=TIMESTAMP))
        remarks = [n for n in notes if n.startswith(named) or n.endswith(FILES_TOO_LARGE)]
        remarks += filter(None, [other_versions(data)])
        others = [note for note in notes if note.endswith(EXTRA_NOTEBOOK.partition("}")[2])]
        if others:
            graded = answers(content, lesson.cells)
            rivals = list(self._rivals(folder, name, lesson, graded))
            unsolved = any(cell.is_solution for cell in lesson.cells) and not graded
            remarks += rivals or ([UNTOUCHED.format(name=shown(name))] if unsolved else [])
        return Submission(content, files, digest.hexdigest(), notes, remarks)

    def _rivals(
        self, folder: Path, name: str, lesson: Lesson, graded: Mapping[str, str]
    ) -> Iterator[str]:
        """Say which other notebooks hold answers that the one that is graded does not have."""
        names = sorted(path.name for path in folder.glob("[!.]*.ipynb") if path.name != name)
        for other in [other for other in names if other not in lesson.others][:SHOWN]:
            try:
                content = self.parse_notebook(other, self.read_notebook_file(folder / other))
            except RefusedError:  # nothing that could be graded in the other's place
                continue
            if has_exercise(content, lesson.cells):
                content.cells, _ = repaired_cells(content.cells, lesson.cells, lesson.texts)
                theirs = answers(content, lesson.cells)
                if not theirs.items() <= graded.items():
                    yield RIVAL.format(
                        name=shown(other),
                        theirs=len(theirs),
                        ours=len(graded),
                        expected=shown(name),
                    )

    def read_notebook_file(self, path: Path) -> bytes:
        """Read a notebook's file; raise `RefusedError` if it must not be read."""
        return read_file(path, self.max_notebook_bytes, NOTEBOOK_TOO_LARGE)

    def parse_notebook(self, name: str, data: bytes, whole: bool = False) -> NotebookNode:
        """Return a notebook in format 4; raise `RefusedError` if it is none or too long.

        Parameters
        ----------
        name : str
        data : bytes
        whole : bool
            Whether it must be within the limits with its outputs, since others will read it.
        """
        text = notebook_text(shown(name), data, whole)
        notebook = upgrade(shown(name), parse_json(shown(name), text))
        if not notebook.cells:
            raise RefusedError(NO_CELLS.format(name=shown(name)))
        if len(notebook.cells) > self.max_cells:
            raise RefusedError(
                TOO_MANY_CELLS.format(
                    name=shown(name), number=len(notebook.cells), limit=self.max_cells
                )
            )
        return notebook

    def _other_files(
        self, folder: Path, notebook: str, lesson: Lesson, notes: list[str]
    ) -> Iterator[tuple[PurePath, bytes]]:
        """Yield path and content of the files that go with a notebook; note the others."""
        left = self.max_files_bytes
        # Each takes a place of those that the submission's scratch space has.
        limit = min(self.max_files, lesson.wall.scratch_files // 2)
        entries = {PurePath(notebook)}
        for path in files_below(folder, lesson.ignore):
            relative = path.relative_to(folder)
            entries |= {relative, *relative.parents[:-1]}
            if len(entries) > limit + 1:
                notes.append(TOO_MANY_FILES.format(limit=limit))
                break
            if path.suffix == ".ipynb":
                if relative != PurePath(notebook) and str(relative) not in lesson.others:
                    notes.append(EXTRA_NOTEBOOK.format(name=shown(relative)))
                continue
            try:
                check_place(relative, lesson)
                data = read_file(path, left, FILES_TOO_LARGE)
                if relative == PurePath(TIMESTAMP):
                    data = clear_time(data, notes)
            except (RefusedError, TimeError) as reason:
                notes.append(LEFT_OUT.format(reason=reason))
                continue
            left -= len(data)
            yield relative, data


def answers(notebook: NotebookNode, cells: Sequence[GradedCell]) -> dict[str, str]:
    """Return the solution cells of a repaired notebook that are not as they were handed out."""
    sources = {
        cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in notebook.cells
    }
    return {
        cell.name: sources[cell.name]
        for cell in cells
        if cell.is_solution and sources[cell.name].strip() != cell.source.strip()
    }


def check_name(student: str) -> None:
    """Raise `RefusedError` if nbgrader could not cope with a student's folder of this name."""
    if student.startswith("."):
        raise RefusedError(NAME_HIDDEN)
    # Control characters, line ends, and bytes that are not UTF-8.
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in student):
        raise RefusedError(NAME_UNPRINTABLE)
    # With such a name, nbgrader grades classmates a second time, and copies the graded
    # notebook with its hidden tests into the student's feedback.
    if set("*?[") & set(student):
        raise RefusedError(NAME_PATTERN)
    # nbgrader writes it into pages and their scripts as it is, or as an address spells it.
    if set('<"&%') & set(student):
        raise RefusedError(NAME_MARKUP)
    if student != student.strip():
        raise RefusedError(NAME_BLANK)


def check_folder(folder: Path) -> None:
    """Raise `RefusedError` if submitted/STUDENT/LESSON, or STUDENT, is a link or not a folder."""
    for part in (folder.parent, folder):
        try:
            mode = part.lstat().st_mode
        except OSError as error:
            reason = UNREADABLE.format(name=shown(part.name), error=error.strerror)
            raise RefusedError(reason) from error
        if stat.S_ISLNK(mode):
            raise RefusedError(FOLDER_IS_LINK.format(name=shown(part.name)))
        if not stat.S_ISDIR(mode):
            raise RefusedError(NOT_A_FOLDER.format(name=shown(part.name)))


def check_place(relative: PurePath, lesson: Lesson) -> None:
    """Raise `RefusedError` if a file cannot stand beside those of the lesson.

    Its path is too long to be copied, or there is a folder of the lesson, or the reverse.
    """
    if len(os.fsencode(relative)) > LONGEST_PATH:
        raise RefusedError(TOO_LONG.format(name=shown(relative), limit=LONGEST_PATH))
    notebooks = (lesson.notebook, *lesson.others)
    ours = {PurePath(name) for name in (*lesson.files, *notebooks, TIMESTAMP)}
    our_folders = {folder for file in ours for folder in file.parents}
    if relative in our_folders or ours & set(relative.parents):
        raise RefusedError(IN_THE_WAY.format(name=shown(relative)))


def clear_time(data: bytes, notes: list[str]) -> bytes:
    """Return a timestamp.txt as nbgrader reads it right; raise `TimeError` if it is not clear."""
    handed_in = read_time(data)
    if handed_in is None:
        return data
    if handed_in.note:
        notes.append(handed_in.note)
    return handed_in.written()


def find_notebook(folder: Path, lesson: Lesson) -> str:
    """Return the name of the lesson's notebook, or of the only one in the folder.

    Of a lesson with several, each must have its own name: which one it is, nobody could tell.
    """
    try:
        names = {path.name for path in folder.iterdir() if path.suffix == ".ipynb"}
    except OSError as error:
        raise RefusedError(
            UNREADABLE.format(name=shown(folder.name), error=error.strerror)
        ) from error
    if lesson.notebook in names:
        return lesson.notebook
    # Such as the ._NAME that macOS puts beside each file.
    names = {name for name in names - lesson.others if not name.startswith(".")}
    if lesson.others:
        others = f" beside {', '.join(map(shown, sorted(names)[:SHOWN]))}" if names else ""
        raise MissingError(NOT_AMONG.format(expected=lesson.notebook, others=others))
    if not names:
        if deeper := notebook_below(folder):
            raise RefusedError(TOO_DEEP_BELOW.format(name=shown(str(deeper.relative_to(folder)))))
        raise RefusedError(NO_NOTEBOOK.format(expected=lesson.notebook))
    if len(names) > 1:
        raise RefusedError(WHICH_NOTEBOOK.format(number=len(names), expected=lesson.notebook))
    return names.pop()


def notebook_below(folder: Path) -> Path | None:
    """Return a notebook that stands in a folder of this one, if there is any."""
    below = (path for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink())
    found = (path for inner in below if inner.name[0] != "." for path in inner.glob("[!.]*.ipynb"))
    try:
        return next(found, None)
    except OSError:
        return None


def has_exercise(notebook: NotebookNode, known: Sequence[GradedCell]) -> bool:
    """Whether a notebook has a solution cell of the lesson, or defines its function."""
    cells = [student_cell(cell) for cell in notebook.cells]
    return any(
        cell.claim == graded.name or graded.is_defined_in(cell.source)
        for graded in known
        if graded.is_solution
        for cell in cells
    )


def check_lesson(name: str, notebook: NotebookNode, known: Sequence[GradedCell]) -> None:
    """Raise `RefusedError` if a notebook is that of another lesson."""
    names = {graded.name for graded in known}
    claims = {student_cell(cell).claim for cell in notebook.cells} - {None}
    if names and claims - names and not has_exercise(notebook, known):
        raise RefusedError(OTHER_LESSON.format(name=shown(name)))


def find_folder(student: str, paths: Sequence[Path], lesson: str) -> tuple[Path, list[str]]:
    """Return the folder of a student's submission, and what a person should know about it.

    Parameters
    ----------
    student : str
    paths : sequence of Path
        The student's folders; see `handed_in`.
    lesson : str
        The lesson's name.

    Raises
    ------
    RefusedError
        If there are several, or the lesson's is not among those in it.
    """
    if len(paths) > 1:
        raise RefusedError(TWICE.format(number=len(paths)))
    others = misnamed(paths[0], lesson)
    folder = paths[0] / lesson
    if others and not os.path.lexists(folder):
        raise RefusedError(MISNAMED.format(name=shown(others[0]), expected=lesson))
    notes = [OTHER_FOLDER.format(name=shown(other)) for other in others]
    return folder, notes if paths[0].name == student else [COMPOSED, *notes]


def for_code(
    files: Mapping[PurePath, bytes], limit: int, given: Collection[str]
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files that student code finds, and notes on those that are too large for it.

    Parameters
    ----------
    files : mapping of PurePath to bytes
        Of a `Submission`.
    limit : int
        How large a file may be, in bytes.
    given : collection of str
        The lesson's own, which code finds as the lesson has them.
    """
    found, notes = {}, []
    for name, data in files.items():
        if str(name) in given:
            continue
        if len(data) <= limit:
            found[str(name)] = data
        else:
            size, most = len(data) / 1e6, limit / 1e6
            text = TOO_LARGE.format(
                name=shown(name), size=size, limit=most, advice=HIDDEN_FROM_CODE
            )
            notes.append(text)
    return found, notes


def files_below(folder: Path, ignore: Sequence[str]) -> Iterator[Path]:
    """Yield everything below a folder but folders, which are searched to a limited depth.

    What matches a pattern in `ignore` is left out, as nbgrader does.
    """
    folders = [(folder, 0)]
    while folders:
        current, depth = folders.pop()
        try:
            paths = sorted(current.iterdir())
        except OSError:
            yield current
            continue
        for path in paths:
            if any(fnmatch.fnmatch(path.name, pattern) for pattern in ignore):
                continue
            try:
                is_folder = stat.S_ISDIR(path.lstat().st_mode)
            except OSError:  # such as a path that is too long
                is_folder = False
            if is_folder and depth < MAX_FOLDER_DEPTH:
                folders.append((path, depth + 1))
            else:
                yield path


def read_file(path: Path, limit: int, advice: str) -> bytes:
    """Read a regular file of limited size, without following a link or waiting for a pipe.

    Raises
    ------
    RefusedError
        If it is no regular file, larger than `limit` bytes, or cannot be read.
    """
    name = shown(path.name)
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise RefusedError(IS_LINK.format(name=name))
        if not stat.S_ISREG(mode):
            raise RefusedError(NOT_A_FILE.format(name=name))
        # It may have become something else by now.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise RefusedError(NOT_A_FILE.format(name=name))
            data = bytearray()
            # It may grow meanwhile; and asked for all at once, `limit` bytes would be set aside.
            while len(data) <= limit >= status.st_size and (part := file.read(CHUNK)):
                data += part
    except OSError as error:
        raise RefusedError(UNREADABLE.format(name=name, error=error.strerror)) from error
    size = max(status.st_size, len(data))
    if size > limit:
        raise RefusedError(
            TOO_LARGE.format(name=name, size=size / 1e6, limit=limit / 1e6, advice=advice)
        )
    return bytes(data)


def notebook_text(name: str, data: bytes, whole: bool) -> str:
    """Return a notebook's JSON, without outputs unless it is wanted whole.

    Raises
    ------
    RefusedError
        If it is no text, or so intricate that parsing it takes long.
    """
    try:
        text = data.decode(json.detect_encoding(data), "surrogatepass")
        text = text if whole else without_ballast(text)
    except UnicodeDecodeError as error:
        raise RefusedError(NOT_JSON.format(name=name, error=error.reason)) from error
    except TooDeepError as error:
        raise RefusedError(TOO_DEEP.format(name=name, limit=MAX_JSON_DEPTH)) from error
    except TooManyError:
        too_many = True
    else:
        too_many = has_too_many_values(text)
    if too_many:
        beside = "" if whole else " beside its outputs"
        raise RefusedError(TOO_MANY_VALUES.format(name=name, limit=MAX_VALUES, beside=beside))
    return text


def parse_json(name: str, data: str | bytes) -> Any:
    """Return what a file of JSON holds; raise `RefusedError` if it is none or too deep."""
    if not data.strip():
        raise RefusedError(EMPTY.format(name=name))
    try:
        content = json.loads(data)
    except RecursionError as error:
        raise RefusedError(TOO_DEEP.format(name=name, limit=MAX_JSON_DEPTH)) from error
    except ValueError as error:
        raise RefusedError(NOT_JSON.format(name=name, error=error)) from error
    level = [content]
    for _ in range(MAX_JSON_DEPTH):
        level = [child for item in level for child in _children(item)]
    if level:
        raise RefusedError(TOO_DEEP.format(name=name, limit=MAX_JSON_DEPTH))
    return content


def upgrade(name: str, content: Any) -> NotebookNode:
    """Return the notebook in `content` in format 4; raise `RefusedError` if there is none."""
    version = format_of(content)
    if version is None:
        raise RefusedError(NOT_A_NOTEBOOK.format(name=name, error="it does not state its format"))
    if version not in range(1, 5):
        raise RefusedError(UNKNOWN_FORMAT.format(name=name, version=version))
    if version == 4 and isinstance(content.get("cells"), list):
        for cell in content["cells"]:
            if isinstance(cell, dict):
                cell.pop("outputs", None)
    try:
        notebook: NotebookNode = nbformat.from_dict(content)
        if version < 4:
            notebook = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4)
    except Exception as error:  # an old notebook may be broken in any way
        reason = f"it cannot be upgraded from format {version}"
        raise RefusedError(NOT_A_NOTEBOOK.format(name=name, error=reason)) from error
    if reason := what_is_wrong(notebook):
        raise RefusedError(NOT_A_NOTEBOOK.format(name=name, error=reason))
    notebook.metadata = NotebookNode()
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def format_of(content: Any) -> int | None:
    """Return the version of a notebook's format, as far as it is known; None if it is none."""
    if not isinstance(content, dict):
        return None
    version = content.get("nbformat")
    if isinstance(version, str) and re.fullmatch(r"\d{1,3}(?:\.0)?", version):
        version = float(version)
    if isinstance(version, float) and version.is_integer():
        version = int(version)
    if isinstance(version, int) and not isinstance(version, bool):
        return version
    # Only format 4 has a list of cells.
    return 4 if version is None and isinstance(content.get("cells"), list) else None


def what_is_wrong(notebook: NotebookNode) -> str:
    """Return what keeps a notebook of format 4 from being repaired, if anything does."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        return "it has no list of cells"
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            return f"cell {number} is not a cell"
        source = cell.get("source")
        lines = source if isinstance(source, list) else [source or ""]
        if not all(isinstance(line, str) for line in lines):
            return f"the source of cell {number} is not text"
    return ""


def leave_out_unreadable(intake: Intake, notebooks: list[str]) -> Iterator[str]:
    """Take notebooks that cannot be graded from a list of their paths; yield the reasons."""
    for name in list(notebooks):
        try:
            check_folder(Path(name).parent)
            student = Path(name).parent.parent.name
            check_name(student)
            if student != composed(student):
                raise RefusedError(NAME_DECOMPOSED)
            data = intake.read_notebook_file(Path(name))
            intake.parse_notebook(Path(name).name, data, whole=True)
        except RefusedError as reason:
            notebooks.remove(name)
            yield f"{shown(Path(name).parent.parent.name)}: {reason}"


def leave_out_links(submitted: Path, graded: Path, lesson: Lesson) -> None:
    """Remove from a graded folder what links among the submitted files lead to.

    nbgrader has copied the links' targets there before it runs the first preprocessor.
    """
    for path in files_below(submitted, ()):
        relative = path.relative_to(submitted)
        # A file of the lesson has taken the place of a link of the same name.
        with suppress(OSError):
            if not stat.S_ISREG(path.lstat().st_mode) and str(relative) not in lesson.given:
                (graded / relative).unlink(missing_ok=True)


def _children(item: Any) -> list[Any]:
    """Return what a list or dictionary holds."""
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []


def _digest(name: str, data: bytes) -> bytes:
    """Return a digest of a file's name and content."""
    name_bytes = name.encode(errors="surrogateescape")
    return hashlib.sha256(name_bytes).digest() + hashlib.sha256(data).digest()
