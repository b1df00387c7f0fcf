"""Take submissions from an LMS's zip into ``submitted/``, and the class into the gradebook."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath

from nbgrader.api import Gradebook, Student
from nbgrader.apps import NbGrader

from ..grading.lock import alone_with
from ..grading.staging import COLLECTING, remove
from ..lesson.read import find_assignment, lesson_folders, wanted_notebooks
from ..report.entries import Entry, read_entries
from ..sandbox.host.folders import LockedFolder
from ..submission.clean import full_name, shown
from ..submission.intake import FOLDER_IS_LINK, TIMESTAMP, RefusedError, check_name
from .archive import Member, opened
from .handed_in import HandedIn
from .history import put_away, take_back
from .platform import Owned, Person, Platform
from .record import Downloads, Record
from .table import TableError

NEW, AGAIN, SAME, NOTHING, NOT_TAKEN = "new", "handed in again", "unchanged", "nothing", "not taken"
# Withdrawn, or the zip is one of several.
BEFORE = "only before"
NOT_IN_ROSTER = "not in the roster"
LATE = (
    "late, says the LMS{when}; if that costs points, write the time, with its zone, into "
    "timestamp.txt beside the notebook"
)
WHEN = ", which has {time}"
MORE_TIME = "{said}, says the LMS: `proctor extend` makes it count here"
WHOSE = (
    "whose it is cannot be told from its name: ask for a file without numbers in its name, or put "
    "it into the student's folder by hand"
)
OTHER_LMS = (
    "Nothing was taken in: of no file can it be told whose it is, such as {file}. Is {roster} the "
    "list of the LMS that the zip comes from? For other LMSs give --pattern."
)
OTHER_CLASS = (
    "Nothing was taken in: nobody in {zips} is in {roster}. Is it the list of this course and, in "
    "Moodle, of this assignment?"
)
OTHER_IDS = (
    "Nothing was taken in, since students would be there twice: the gradebook knows {name} as "
    "{known}, and in {roster} the id is {student}. Download a list with ids of the same kind as "
    "before; in Moodle they are mail addresses if the worksheet shows them, and else numbers."
)
IN_SEVERAL = "in several of the zips: what counts is in {name}, which comes later"
ODD_ID = (
    "the id cannot name a folder here: it is empty or too long, begins with a dot or a blank, ends "
    'with a blank, or contains / * ? [ < " & % or what cannot be printed'
)
NOT_WRITTEN = (
    "{name} cannot be written ({error}), and what was there before stays: mend that, or ask the "
    "student for the notebook alone, and collect again"
)
NOT_READ = (
    "its files cannot be read ({error}), and what was there before stays: ask the student for the "
    "notebook alone, and collect again"
)
OLD_ZIP = (
    "the same as before the last time: if the zip is an older one, collect the newest zip again, "
    "which comes last if there are several"
)
BY_HAND = (
    "the zip holds what it held before, and the folder has been changed since: it is left as it is"
)
PUT_AWAY = (
    "if what was handed in before is what counts, empty {folder} and copy into it what is in {kept}"
)
SAME_ID = "the roster has two students with the id {student}"


@dataclass
class Collected:
    """What became of one student.

    Attributes
    ----------
    student, name, status : str
    notes : list of str
        What a person should know.
    """

    student: str
    name: str
    status: str
    notes: list[str] = field(default_factory=list)


@dataclass
class Collection:
    """What became of a class, and of the files that are nobody's, with the reason."""

    students: list[Collected] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def collect(
    course: NbGrader, lesson: str, zips: Sequence[Path], roster: Path, pattern: str | None
) -> Collection:
    """Take in what a class handed in.

    Raises
    ------
    LessonError, TableError, ArchiveError
        If lesson, roster or a zip cannot be read, no file of any zip is somebody's, or another
        command is at work on the lesson; then nothing has changed.
    """
    downloads = Downloads(course, lesson)
    platform = downloads.platform(roster, pattern)
    listed = platform.people()
    people = {person.number: person for person in checked(listed)}
    folders = course.coursedir
    source, _ = lesson_folders(course, lesson)
    with ExitStack() as stack:
        stack.enter_context(alone_with(Path(folders.root, folders.autograded_directory), lesson))
        # All of them are readable, or nothing is taken in.
        contents = [stack.enter_context(opened(path, path.name)) for path in zips]
        gradebook = stack.enter_context(Gradebook(folders.db_url, folders.course_id))
        entries = wanted_notebooks(find_assignment(gradebook, lesson), None, source)
        notebooks = [f"{entry.name}.ipynb" for entry in entries]
        collection = Collection()
        parts = [owned_parts(members, platform, people, collection) for members in contents]
        if collection.left_out and not any(parts):
            file = shown(collection.left_out[0][0])
            raise TableError(OTHER_LMS.format(roster=shown(roster), file=file))
        if people and any(parts) and not any(people.keys() & owned.keys() for owned in parts):
            names = ", ".join(shown(path.name) for path in zips)
            raise TableError(OTHER_CLASS.format(roster=shown(roster), zips=names))
        check_ids(gradebook, people, roster)
        add_people(gradebook, people.values())
        record = downloads.record()
        record.pattern = pattern or record.pattern
        scored = read_entries(gradebook, lesson)
        taker = Taker(course, lesson, scored, notebooks, record)
        submitted = Path(folders.root, folders.submitted_directory)
        submitted.mkdir(parents=True, exist_ok=True)
        staging = stack.enter_context(LockedFolder(submitted, COLLECTING))
        # The newest zip comes last.
        newest = {
            number: (path.name, files)
            for path, owned in zip(zips, parts, strict=True)
            for number, files in owned.items()
        }
        for number, (name, files) in newest.items():
            person = people.get(number) or Person(number, number, 0)
            collected = taker.take(person, files, staging.path)
            if sum(number in owned for owned in parts) > 1:
                collected.notes.append(IN_SEVERAL.format(name=shown(name)))
            collection.students.append(collected)
        due = find_assignment(gradebook, lesson).duedate
    collection.students += without_files(listed, people, set().union(*parts), taker)
    extended = {entry.student for entry in scored.values() if due and (entry.due or due) > due}
    note_more_time(collection, people.values(), extended)
    downloads.keep(record, platform.table)
    return collection


def without_files(
    listed: list[Person], people: dict[str, Person], numbers: set[str], taker: Taker
) -> Iterator[Collected]:
    """Yield what became of those of whom no zip held a file.

    Parameters
    ----------
    listed : list of Person
        Who is in the roster.
    people : dict of str to Person
        Those of them whose id can be the name of a folder, by the LMS's id.
    numbers : set of str
        The LMS's ids of those who have files.
    taker : Taker
    """
    for number, person in people.items():
        if number not in numbers:
            status = BEFORE if taker.has(person.student) else NOTHING
            yield Collected(person.student, person.name, status)
    for person in listed:
        if person.number not in people:
            yield Collected(shown(person.student), person.name, NOT_TAKEN, [ODD_ID])


def note_more_time(collection: Collection, people: Iterable[Person], extended: set[str]) -> None:
    """Note whom the LMS gave more time, if they have none here, as those in `extended` have."""
    said = {one.student: one.extension for one in people if one.student not in extended}
    for one in collection.students:
        if extension := said.get(one.student):
            one.notes.insert(0, MORE_TIME.format(said=shown(extension)))


def checked(people: list[Person]) -> list[Person]:
    """Return the people of a roster; raise `TableError` if a key is another's or no name."""
    seen: set[str] = set()
    for person in people:
        if person.student in seen:
            raise TableError(SAME_ID.format(student=shown(person.student)))
        seen.add(person.student)
    return [person for person in people if is_key(person.student)]


def is_key(student: str) -> bool:
    """Whether an id can be the name of a student's folder."""
    try:
        check_name(student)
    except RefusedError:
        return False
    return bool(student) and PurePath(student).name == student and len(student.encode()) <= 128


def owned_parts(
    members: list[Member | tuple[str, str]],
    platform: Platform,
    people: dict[str, Person],
    collection: Collection,
) -> dict[str, list[tuple[Owned, Member]]]:
    """Return the files of a class's zip by the LMS's id of their student."""
    found: dict[str, list[tuple[Owned, Member]]] = {}
    for member in members:
        if isinstance(member, tuple):
            collection.left_out.append(member)
        elif owned := platform.owner(member.path, people):
            found.setdefault(owned.number, []).append((owned, member))
        else:
            collection.left_out.append((str(member.path), WHOSE))
    return dict(sorted(found.items()))


def check_ids(gradebook: Gradebook, people: dict[str, Person], roster: Path) -> None:
    """Raise `TableError` if a roster has another kind of ids for those who are known by name.

    If one of its ids is known, they are of the right kind. Numbers may be new for each lesson.
    """
    known = {student.id: student for student in gradebook.students}
    if any(person.student in known for person in people.values()):
        return
    ids = {full_name(one.first_name, one.last_name): one.id for one in known.values()}
    for person in people.values():
        before = ids.get(person.name) if person.name else None
        if before and kind_of(before) != kind_of(person.student):
            names = {"name": person.name, "known": before, "student": person.student}
            shown_names = {place: shown(name) for place, name in names.items()}
            raise TableError(OTHER_IDS.format(roster=shown(roster), **shown_names))


def kind_of(student: str) -> str:
    """Return whether an id is an address, a number, or a name of another kind."""
    return "address" if "@" in student else "number" if student.isdecimal() else "name"


def add_people(gradebook: Gradebook, people: Iterable[Person]) -> None:
    """Put a roster into the gradebook; what is empty there replaces nothing."""
    known = {student.id: student for student in gradebook.students}
    for person in people:
        student = known.get(person.student) or Student(id=person.student)
        for name in ("first_name", "last_name", "email"):
            if value := getattr(person, name):
                setattr(student, name, value)
        gradebook.db.add(student)
    gradebook.db.commit()


class Taker:
    """Puts what students handed in for a lesson into its place.

    Parameters
    ----------
    course : NbGrader
    lesson : str
    entries : dict of str to Entry
        What they scored before.
    notebooks : list of str
        What the lesson's notebooks are called.
    record : Record
        What was taken before; it is brought up to date.
    """

    def __init__(
        self,
        course: NbGrader,
        lesson: str,
        entries: dict[str, Entry],
        notebooks: list[str],
        record: Record,
    ) -> None:
        self._folders, self._lesson = course.coursedir, lesson
        self._entries, self._notebooks = entries, notebooks
        self._record = record

    def folder(self, student: str) -> Path:
        """Return where a student's submission is."""
        step = self._folders.submitted_directory
        return Path(self._folders.format_path(step, student, self._lesson))

    def has(self, student: str) -> bool:
        """Whether there is a submission, of which nothing else may be known."""
        try:
            return self.folder(student).is_dir()
        except OSError:
            return True

    def take(self, person: Person, parts: list[tuple[Owned, Member]], staging: Path) -> Collected:
        """Put one student's files in place of what was there, which goes into the history."""
        handed_in = self._read(parts)
        notes = [*([] if person.row else [NOT_IN_ROSTER]), *handed_in.notes]
        late = handed_in.late or person.late
        collected = Collected(person.student, person.name, NOT_TAKEN, notes)
        if not is_key(person.student):
            notes.append(ODD_ID)
        elif link := self._link(person.student):
            notes.append(FOLDER_IS_LINK.format(name=shown(link.name)))
        elif handed_in.files:
            made = staging / person.student
            try:
                collected.status, kept = self._put(person.student, handed_in, made, notes)
                if kept:
                    notes += self._said_of(kept, person.student, handed_in)
            except OSError as error:
                notes.append(not_written(error, made))
                with suppress(OSError):
                    remove(made)
        if collected.status != NOT_TAKEN:
            digest = digest_of(handed_in.files)
            self._record.take(person.student, handed_in.place, digest, late)
        # A person has written the time of what is still there.
        has_time = collected.status == SAME and (self.folder(person.student) / TIMESTAMP).is_file()
        if late and not has_time:
            when = WHEN.format(time=shown(person.handed_in)) if person.handed_in else ""
            notes.append(LATE.format(when=when))
        return collected

    def _read(self, parts: list[tuple[Owned, Member]]) -> HandedIn:
        """Return what one student handed in; whatever it brings about, the others are taken in."""
        handed_in = HandedIn()
        try:
            for owned, member in parts:
                handed_in.add(owned, member)
            handed_in.finish(*self._notebooks)
        except Exception as error:
            handed_in.files.clear()
            handed_in.notes.append(NOT_READ.format(error=f"{type(error).__name__}: {error}"[:300]))
        return handed_in

    def _link(self, student: str) -> Path | None:
        """Return what is a link where a student's folders should be: it may be a classmate's."""
        target = self.folder(student)
        return next((path for path in (target.parent, target) if path.is_symlink()), None)

    def _said_of(self, kept: Path, student: str, handed_in: HandedIn) -> Iterator[str]:
        """Yield what a person should know of files that are replaced, which are now in `kept`."""
        before = kept.parent.glob("*/submitted")
        if any(same_files(folder, handed_in.files) for folder in before):
            yield OLD_ZIP
        if not handed_in.notebooks:
            folder, old = map(self._place, (self.folder(student), kept / "submitted"))
            yield PUT_AWAY.format(folder=folder, kept=old)

    def _place(self, path: Path) -> str:
        """Return where in the course something is, as it may be printed."""
        return "/".join(map(shown, PurePath(os.path.relpath(path, self._folders.root)).parts))

    def _put(
        self, student: str, handed_in: HandedIn, made: Path, notes: list[str]
    ) -> tuple[str, Path | None]:
        """Put files in place, unless they were there before.

        Returns
        -------
        str
            The status.
        Path or None
            Where in the history is what they replace, if anything.
        """
        target = self.folder(student)
        status = AGAIN if os.path.lexists(target) else NEW
        # When it was handed in may have been written there by a person.
        if status == AGAIN and same_files(target, handed_in.files):
            return SAME, None
        # What a person has put there since counts until something else is handed in.
        same_zip = self._record.taken.get(student) == digest_of(handed_in.files)
        if status == AGAIN and same_zip and files_in(target):
            notes.append(BY_HAND)
            return SAME, None
        files = dict(handed_in.files)
        if handed_in.time:
            files[PurePosixPath(TIMESTAMP)] = handed_in.time.encode()
        for path, data in files.items():
            file = made / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        if status == NEW:
            made.rename(target)
            return status, None
        kept = put_away(self._folders, self._lesson, student, self._entries.get(student))
        try:
            made.rename(target)
        except OSError:
            take_back(kept, target)
            raise
        return status, kept


def not_written(error: OSError, made: Path) -> str:
    """Return why a student's files are not in their place."""
    path = PurePath(str(error.filename or made))
    name = path.relative_to(made) if made in path.parents else path
    return NOT_WRITTEN.format(name=shown(name), error=error.strerror or error)


def digest_of(files: Mapping[PurePosixPath, bytes]) -> str:
    """Return what tells whether two zips hold the same files of a student."""
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def files_in(folder: Path) -> dict[PurePosixPath, Path]:
    """Return what a folder holds, but for a time, which may have been written by a person."""
    return {
        PurePosixPath(path.relative_to(folder)): path
        for path in folder.rglob("*")
        if not path.is_dir() and path.name != TIMESTAMP
    }


def same_files(folder: Path, files: Mapping[PurePosixPath, bytes]) -> bool:
    """Whether a folder holds these files, and at most a time beside them."""
    there = files_in(folder)
    return there.keys() == files.keys() and all(
        path.is_file() and not path.is_symlink() and path.read_bytes() == files[name]
        for name, path in there.items()
    )
