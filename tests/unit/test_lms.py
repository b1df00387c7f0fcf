"""What comes from Canvas, Moodle and others, however odd or hostile, and what goes back."""

from __future__ import annotations

import csv
import errno
import io
import stat
import struct
import time
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.lms import archive
from proctor.lms import collect as collect_module
from proctor.lms import export as export_module
from proctor.lms import handed_in as handed_in_module
from proctor.lms.archive import ArchiveError, Member, MemberError, opened
from proctor.lms.canvas import Canvas
from proctor.lms.collect import (
    BEFORE,
    BY_HAND,
    NOT_TAKEN,
    WHOSE,
    Collected,
    Collection,
    Taker,
    check_ids,
    collect,
    owned_parts,
    without_files,
)
from proctor.lms.export import Export
from proctor.lms.handed_in import HandedIn, plain_name
from proctor.lms.moodle import Moodle
from proctor.lms.other import Other
from proctor.lms.platform import Column, Owned, Person
from proctor.lms.record import Downloads, Record
from proctor.lms.table import Table, TableError, harmless, read_table
from proctor.report.entries import CellGrade, Entry
from proctor.report.states import GRADED, State
from proctor.term.commands import print_collection
from tests.support.lms import (
    BIDI,
    FORMULA,
    canvas_roster,
    made_up_class,
    moodle_roster,
    zipped,
)

LESSON, NOTEBOOK = "01_lesson", "lesson.ipynb"
CLASS = made_up_class(12, ["{}"])
MORE_TIME = "Extension granted until: Tuesday, 2 March 2027, 11:59 PM"


def table_of(text: str | bytes, folder: Path) -> Table:
    path = folder / "roster.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(path)


def contents(data: bytes) -> dict[str, bytes | str]:
    """Return what can be read of a zip, or the reason why it is left out."""
    found: dict[str, bytes | str] = {}
    with opened(data, "x.zip") as members:
        for member in members:
            if isinstance(member, Member):
                try:
                    found[str(member.path)] = member.read()
                except MemberError as reason:
                    found[str(member.path)] = str(reason)
            else:
                found[member[0]] = member[1]
    return found


def link(name: str, mode: int = stat.S_IFLNK) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (mode | 0o777) << 16
    return info


# ------------------------------------------------------------------------------------- the zip


def test_paths_that_lead_out_and_links_are_left_out_by_name() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in (
            "../out",
            "/etc/passwd",
            "a/../../b",
            "a\\..\\..\\b",
            "a\nb",
            "x" * 300,
        ):
            packed.writestr(name, "x")
        packed.writestr(link("link"), "/etc/passwd")
        packed.writestr(link("pipe", stat.S_IFIFO), "")
        packed.writestr("good.ipynb", "{}")
        packed.writestr("__MACOSX/._good.ipynb", "x")
        packed.writestr(".DS_Store", "x")
        packed.writestr("x/.ipynb_checkpoints/good-checkpoint.ipynb", "x")
    found = contents(made.getvalue())
    assert found.pop("good.ipynb") == b"{}"
    assert len(found) == 8
    assert all(isinstance(reason, str) for reason in found.values())
    assert found["link"] == archive.IS_LINK


def test_what_is_larger_than_it_says_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST", 1000)
    data = zipped({"bomb": b"\0" * 1001, "good": b"\0" * 1000})
    # The directory at the end states a size, and may lie.
    found = contents(data.replace((1001).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    assert found["good"] == b"\0" * 1000
    assert isinstance(found["bomb"], str)
    assert "larger" in str(contents(data)["bomb"])


def test_zips_that_cannot_be_read() -> None:
    with pytest.raises(ArchiveError, match="no zip file"):
        contents(b"PK\x03\x04 and nothing")
    damaged = bytearray(zipped({"a": b"some text that is long enough to be damaged" * 5}))
    damaged[40] ^= 255
    assert "damaged" in str(contents(bytes(damaged))["a"])


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (map("{}.txt".format, range(1_500)), "1,500 files, and the limit is 1,000"),
        (map("{}.txt".format, range(10_000)), "longer than 0.4 MB, and the limit is 1,000"),
        # They count for nothing, and cost as much.
        (
            map("{}-folder/".format, range(10_000)),
            "longer than 0.4 MB, and the limit is 1,000 files",
        ),
    ],
)
def test_more_files_of_one_student_than_anybody_has(names: Iterable[str], reason: str) -> None:
    handed_in = taken({"work.zip": zipped(dict.fromkeys(names, b""))})
    assert handed_in.files == {}
    assert reason in handed_in.notes[0]


def test_a_list_of_files_is_not_read_before_it_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = zipped({f"{number}-folder/": b"" for number in range(10_000)})
    # Nothing is made of it.
    monkeypatch.setattr(zipfile, "ZipInfo", None)
    # What the end of the zip says of their number proves nothing.
    end = data.rindex(b"PK\5\6")
    lying = data[: end + 8] + b"\1\0\1\0" + data[end + 12 :]
    for zip64 in (lying, with_zip64_end(lying)):
        with pytest.raises(ArchiveError, match="longer than"), opened(zip64, "x.zip", 1_000):
            pass


def with_zip64_end(data: bytes) -> bytes:
    """Return a zip whose end says that another one, for large zips, says how large it is."""
    at = data.rindex(b"PK\5\6")
    size, start = struct.unpack("<LL", data[at + 12 : at + 20])
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    return data[:at] + end + locator + data[at : at + 8] + b"\xff" * 12 + data[at + 20 :]


def test_a_zip_costs_no_more_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    read = zipfile.ZipExtFile.read

    def noted(file: zipfile.ZipExtFile, size: int | None = -1) -> bytes:
        asked.append(size or 0)
        return read(file, size)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", noted)
    data = zipped({"bomb": b"\0" * 1_000_000})
    lying = data.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "damaged" in str(contents(lying)["bomb"])
    assert asked == [11]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_a_limit_is_not_unpacked(method: int) -> None:
    data = zipped({"bomb.ipynb": b"\0" * 1000, "lesson.ipynb": b"{}"}, method)
    handed_in = taken({"work.zip": data})
    assert handed_in.files == {}
    assert "left out bomb.ipynb: it is packed in an unusual way" in handed_in.notes[1]


def test_room_is_asked_for_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed_in_module, "LARGEST", 1000)
    unpacked: list[str] = []

    def member(name: str, size: int, broken: bool = False) -> tuple[Owned, Member]:
        def read() -> bytes:
            unpacked.append(name)
            if broken:
                raise MemberError("damaged")
            return b"\0" * size

        path = PurePosixPath(name)
        return Owned("7", path, ""), Member(path, read, size)

    handed_in = HandedIn()
    for owned_member in (
        member("too_large", 1001),
        # What was unpacked for nothing counts as well.
        *(member(f"broken{number}", 400, broken=True) for number in range(5)),
        member("lesson.ipynb", 100),
    ):
        handed_in.add(*owned_member)
    assert unpacked == ["broken0", "broken1", "lesson.ipynb"]
    assert list(map(str, handed_in.files)) == ["lesson.ipynb"]
    assert sum("all files together" in note for note in handed_in.notes) == 4
    # Zips are read whole, each as often as it was handed in.
    for _ in range(4):
        handed_in.add(*member("work.zip", 400))
    assert unpacked[3:] == ["work.zip"] * 2


def test_a_hundred_zips_of_one_student_are_not_opened() -> None:
    inner = zipped({"x.txt": b""})
    handed_in = taken({f"{number}.zip": inner for number in range(100)})
    assert sum("it came in" in note for note in handed_in.notes) == 20
    assert "more than 20 zips" in handed_in.notes[-2]


@pytest.mark.parametrize("header", [b"PK\x03\x04", b"PK\x01\x02", b"PK\5\6"])
def test_damage_in_any_place_costs_a_file_or_a_zip(header: bytes) -> None:
    data = zipped({"lesson.ipynb": b"{}" * 50})
    at = data.index(header)
    for place in range(4, 46):
        for value in (0, 255):
            damaged = bytearray(data)
            damaged[min(at + place, len(data) - 1)] = value
            taken({"work.zip": bytes(damaged)})
            taken({"work.zip": bytes(damaged[: at + place])})


@pytest.mark.parametrize("name", [b"\0", b"\0/"])
def test_a_file_without_a_name_is_left_out(name: bytes) -> None:
    letters = "XY"[: len(name)]
    data = zipped({letters: b"{}", "lesson.ipynb": b"{}"}).replace(letters.encode(), name)
    handed_in = taken({"work.zip": data})
    assert list(map(str, handed_in.files)) == [NOTEBOOK]
    assert "its name is empty" in handed_in.notes[1]


def test_deep_folders_are_left_out_in_no_time() -> None:
    names = [f"{number}/" + "a/" * 400 + "x" for number in range(500)]
    handed_in = taken({"work.zip": zipped(dict.fromkeys(names, b"") | {"lesson.ipynb": b"{}"})})
    assert list(map(str, handed_in.files)) == [NOTEBOOK]
    assert "more than 25 folders deep" in handed_in.notes[1]


def test_names_in_other_encodings() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("Zoe\u0308.ipynb", "{}")
    unmarked = made.getvalue()
    # As programs do that write UTF-8 without saying so.
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = unmarked.index(header) + place
        unmarked = unmarked[:at] + b"\0\0" + unmarked[at + 2 :]
    assert list(contents(unmarked)) == list(contents(made.getvalue())) == ["Zoë.ipynb"]


# ------------------------------------------------------------------------------ of one student


def taken(files: dict[str, bytes], *notebooks: str) -> HandedIn:
    handed_in = HandedIn()
    for name, data in files.items():
        path = PurePosixPath(name)
        handed_in.add(Owned("7", path, "p_7_"), Member(path, lambda data=data: data))  # type: ignore[misc]
    handed_in.finish(*(notebooks or (NOTEBOOK,)))
    return handed_in


@pytest.mark.parametrize(
    "name",
    ["lesson.ipynb", "lesson-1.ipynb", "Lesson (1).ipynb", "lesson copy 2.ipynb", "x.ipynb.txt"],
)
def test_a_single_notebook_gets_its_name(name: str) -> None:
    assert taken({name: b"{}"}).files == {PurePosixPath(NOTEBOOK): b"{}"}


def test_each_of_several_notebooks_gets_its_name() -> None:
    names = ("first.ipynb", "second.ipynb")
    handed_in = taken({"second (1).ipynb": b"2", "first-1.ipynb": b"1"}, *names)
    assert handed_in.files == {PurePosixPath(names[0]): b"1", PurePosixPath(names[1]): b"2"}
    assert handed_in.notes == []
    # Alone, it might be either.
    assert list(taken({"answers.ipynb": b""}, *names).files) == [PurePosixPath("answers.ipynb")]


def test_two_notebooks_are_named_and_the_right_one_found() -> None:
    handed_in = taken({"lesson (1).ipynb": b"1", "scratch.ipynb": b"2"})
    assert handed_in.files[PurePosixPath(NOTEBOOK)] == b"1"
    assert handed_in.notes == ["2 notebooks: lesson (1).ipynb, scratch.ipynb"]
    both = taken({"lesson (1).ipynb": b"1", "lesson (2).ipynb": b"2"})
    assert PurePosixPath(NOTEBOOK) not in both.files


def test_without_a_notebook_it_is_said_what_there_is() -> None:
    assert taken({"lesson.html": b"", "a\u202e.txt": b""}).notes == [
        "no notebook: a\\u202e.txt, lesson.html"
    ]
    (note,) = taken({f"{number:03}.txt": b"" for number in range(500)}).notes
    assert note.endswith("009.txt and 490 more")
    (note,) = taken({f"{number:03}.ipynb": b"" for number in range(500)}).notes
    assert note.endswith("009.ipynb and 490 more")
    assert taken({}).notes == ["no notebook"]


def test_a_zip_inside_is_opened_once() -> None:
    inner = zipped(
        {"w/lesson.ipynb": b"{}", "w/again.zip": b"", "../out": b"x", "w/data.csv": b"1"}
    )
    handed_in = taken({"work.zip": inner})
    assert set(map(str, handed_in.files)) == {NOTEBOOK, "w/data.csv"}
    assert any("not opened" in note for note in handed_in.notes)
    assert any("leads out" in note for note in handed_in.notes)
    assert "no zip file" in taken({"work.zip": b"x"}).notes[0]


def test_when_it_was_handed_in_is_not_for_the_student_to_say() -> None:
    handed_in = taken({"lesson.ipynb": b"{}", "Timestamp.txt": b"1999-01-01 00:00 UTC"})
    assert set(map(str, handed_in.files)) == {NOTEBOOK}
    assert "not for the student" in handed_in.notes[0]


@pytest.mark.parametrize(
    "path", ["../x.ipynb", "../../submitted/other/x", "/etc/x", ".", "..", "a\nb", "x" * 201]
)
def test_no_name_of_an_lms_leads_out(path: str) -> None:
    handed_in = taken({path: b"x", "lesson.ipynb": b"{}"})
    assert list(map(str, handed_in.files)) == [NOTEBOOK]


@pytest.mark.parametrize("folder", ["timestamp.txt/x", "Timestamp.TXT/deep/x"])
def test_a_folder_in_the_place_of_the_time(folder: str) -> None:
    handed_in = taken({"work.zip": zipped({folder: b"x", "lesson.ipynb": b"{}"})})
    assert set(map(str, handed_in.files)) == {NOTEBOOK}
    assert "not for the student" in handed_in.notes[1]


def test_a_folder_in_the_place_of_the_notebook() -> None:
    inner = zipped({f"{NOTEBOOK}/x.txt": b"x", "lesson (1).ipynb": b"{}"})
    handed_in = taken({"work.zip": inner})
    assert set(map(str, handed_in.files)) == {f"{NOTEBOOK}/x.txt", "lesson (1).ipynb"}
    assert "lesson (1).ipynb keeps its name: lesson.ipynb is a folder" in handed_in.notes[1]
    # Its own folder is in nobody's way.
    assert set(map(str, taken({f"{NOTEBOOK}/lesson.ipynb": b"{}"}).files)) == {NOTEBOOK}


def test_a_file_in_the_place_of_a_folder() -> None:
    assert set(map(str, taken({"a": b"1", "a/b": b"2", "lesson.ipynb": b""}).files)) == {
        "a",
        NOTEBOOK,
    }


@pytest.mark.parametrize(
    "name", ["Lesson One", "lesson_one", "lesson-one (2)", "lesson_one - copy"]
)
def test_plain_names(name: str) -> None:
    assert plain_name(f"{name}.ipynb") == "lesson_one"


# --------------------------------------------------------------------------------- of a class


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def taker(tmp_path: Path, record: Record) -> Taker:
    folders = SimpleNamespace(
        root=str(tmp_path),
        submitted_directory="submitted",
        autograded_directory="autograded",
        format_path=lambda step, student, lesson: str(tmp_path / step / student / lesson),
    )
    (tmp_path / "staging").mkdir()
    course: Any = SimpleNamespace(coursedir=folders)
    return Taker(course, LESSON, {}, [NOTEBOOK], record)


def take(taker: Taker, root: Path, student: str, files: dict[str, bytes]) -> Collected:
    parts = []
    for name, data in files.items():
        path = PurePosixPath(name)
        parts.append((Owned(student, path, ""), Member(path, partial(bytes, data))))
    return taker.take(Person(student, student, 1), parts, root / "staging")


def test_what_cannot_be_written_costs_one_student(
    taker: Taker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where upper and lower case are the same.
    monkeypatch.setattr(HandedIn, "_in_the_way", lambda *_: False)
    taken_in = take(taker, tmp_path, "7", {NOTEBOOK: b"{}", "a/b": b"", "a": b""})
    assert taken_in.status == NOT_TAKEN
    assert "a cannot be written (Is a directory)" in taken_in.notes[-1]
    assert "collect again" in taken_in.notes[-1]
    assert list((tmp_path / "staging").iterdir()) == []
    # A file where the student's folder has to be.
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "8").touch()
    assert take(taker, tmp_path, "8", {NOTEBOOK: b"{}"}).status == NOT_TAKEN
    assert take(taker, tmp_path, "9", {NOTEBOOK: b"{}"}).status == "new"


def test_what_stops_with_an_odd_error_costs_one_student(
    taker: Taker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(handed_in: HandedIn, owned: Owned, member: Member) -> None:
        raise IndexError("string index out of range")

    with monkeypatch.context() as patch:
        patch.setattr(HandedIn, "add", add)
        taken_in = take(taker, tmp_path, "7", {NOTEBOOK: b"{}"})
    assert taken_in.status == NOT_TAKEN
    assert "cannot be read (IndexError: string index out of range)" in taken_in.notes[-1]
    assert take(taker, tmp_path, "7", {NOTEBOOK: b"{}"}).status == "new"


def test_a_submission_is_never_in_the_history_alone(
    taker: Taker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert take(taker, tmp_path, "7", {NOTEBOOK: b"first"}).status == "new"
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.parent.name == "staging":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", failing)
        again = take(taker, tmp_path, "7", {NOTEBOOK: b"second"})
    assert again.status == NOT_TAKEN
    assert "No space left on device" in again.notes[-1]
    assert (taker.folder("7") / NOTEBOOK).read_bytes() == b"first"
    assert list((tmp_path / "history" / LESSON / "7").iterdir()) == []
    assert take(taker, tmp_path, "7", {NOTEBOOK: b"second"}).status == "handed in again"
    assert (taker.folder("7") / NOTEBOOK).read_bytes() == b"second"


def test_an_older_zip_is_named(taker: Taker, tmp_path: Path) -> None:
    said = [take(taker, tmp_path, "7", {NOTEBOOK: text}) for text in (b"1", b"2", b"1", b"3")]
    assert [any("an older one" in note for note in one.notes) for one in said] == [
        False, False, True, False,
    ]  # fmt: skip
    assert (taker.folder("7") / NOTEBOOK).read_bytes() == b"3"


def test_a_resubmission_without_a_notebook_says_where_the_notebook_is(
    taker: Taker, tmp_path: Path
) -> None:
    files = ({"report.docx": b"1"}, {NOTEBOOK: b"{}"}, {"report.docx": b"2"})
    said = [take(taker, tmp_path, "7", each).notes for each in files]
    newest = max((tmp_path / "history" / LESSON / "7").iterdir())
    assert (newest / "submitted" / NOTEBOOK).exists()
    where = (
        f"if what was handed in before is what counts, empty submitted/7/{LESSON} and copy into it "
        f"what is in history/{LESSON}/7/{newest.name}/submitted"
    )
    assert [where in notes for notes in said] == [False, False, True]


def test_what_a_person_changed_stays_until_something_else_is_handed_in(
    taker: Taker, tmp_path: Path
) -> None:
    two = {"a.ipynb": b"empty", "b.ipynb": b"right"}
    assert take(taker, tmp_path, "7", two).status == "new"
    folder = taker.folder("7")
    (folder / "b.ipynb").rename(folder / NOTEBOOK)
    again = take(taker, tmp_path, "7", two)
    assert (again.status, again.notes[-1]) == ("unchanged", BY_HAND)
    assert (folder / NOTEBOOK).read_bytes() == b"right"
    assert take(taker, tmp_path, "7", {NOTEBOOK: b"better"}).status == "handed in again"
    assert (folder / NOTEBOOK).read_bytes() == b"better"
    # Nobody meant to leave nothing there.
    (folder / NOTEBOOK).unlink()
    assert take(taker, tmp_path, "7", {NOTEBOOK: b"better"}).status == "handed in again"
    assert (folder / NOTEBOOK).read_bytes() == b"better"


def test_without_a_digest_of_the_last_zip_the_folder_decides(
    taker: Taker, record: Record, tmp_path: Path
) -> None:
    take(taker, tmp_path, "7", {NOTEBOOK: b"1"})
    (taker.folder("7") / NOTEBOOK).write_bytes(b"changed")
    record.taken.clear()
    assert take(taker, tmp_path, "7", {NOTEBOOK: b"1"}).status == "handed in again"


def test_who_withdrew_a_submission_is_counted_and_named(
    taker: Taker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = {name: Person(name, name, 1, "Ana") for name in ("7", "8", "9")}
    take(taker, tmp_path, "7", {NOTEBOOK: b"{}"})
    found = list(without_files(list(people.values()), people, {"8"}, taker))
    assert [(one.student, one.status) for one in found] == [("7", BEFORE), ("9", "nothing")]
    print_collection(Collection(found))
    printed = capsys.readouterr().out
    assert "not in this download; what is here stands: 7 Ana.\n" in printed
    assert "2 students: 0 new, " in printed and ", 1 only before, 1 nothing\n" in printed


def test_a_link_in_the_place_of_a_folder_leads_nowhere(taker: Taker, tmp_path: Path) -> None:
    take(taker, tmp_path, "1", {NOTEBOOK: b"{}"})
    (tmp_path / "submitted" / "3").symlink_to("1")
    for _ in range(2):
        collected = take(taker, tmp_path, "3", {NOTEBOOK: b"other"})
        assert collected.status == NOT_TAKEN and "3 is a link" in collected.notes[-1]
    assert (taker.folder("1") / NOTEBOOK).read_bytes() == b"{}"


def test_a_record_of_an_earlier_version_can_be_read(tmp_path: Path) -> None:
    course: Any = SimpleNamespace(coursedir=SimpleNamespace(root=str(tmp_path)))
    downloads = Downloads(course, LESSON)
    downloads.folder.mkdir(parents=True)
    text = '{"pattern": "", "places": {"7": "ana_7_"}, "sent": {}}'
    (downloads.folder / "collected.json").write_text(text)
    record = downloads.record()
    assert record == Record(places={"7": "ana_7_"})
    record.take("8", "bob_8_", "digest", late=True)
    downloads.keep(record)
    assert downloads.record() == record
    record.forget("8")
    assert record == Record(places={"7": "ana_7_"})


def test_a_list_is_kept_as_it_came(tmp_path: Path) -> None:
    table = table_of("id,x\n-bob@x.org,=1+1\n", tmp_path)
    table.write(tmp_path / "kept.csv", as_it_came=True)
    assert (tmp_path / "kept.csv").read_text() == "id,x\n-bob@x.org,=1+1\n"
    table.write(tmp_path / "given.csv")
    assert (tmp_path / "given.csv").read_text() == "id,x\n'-bob@x.org,'=1+1\n"


# -------------------------------------------------------------------------------------- Canvas


@pytest.fixture
def canvas(tmp_path: Path) -> Canvas:
    return Canvas(table_of(canvas_roster(CLASS, LESSON, 30), tmp_path))


def owner(platform: Any, name: str) -> Owned | None:
    people = {person.number: person for person in platform.people()}
    found: Owned | None = platform.owner(PurePosixPath(name), people)
    return found


def test_canvas_lists_people_by_id(canvas: Canvas) -> None:
    people = canvas.people()
    assert [person.student for person in people] == [member.canvas_id for member in CLASS]
    assert (people[3].first_name, people[3].last_name) == ("Søren", "García")
    assert people[3].email == "student3@example.org"


def test_canvas_file_names(canvas: Canvas) -> None:
    late = owner(canvas, "garcíasøren_LATE_210003_9000039_convolutional_layer-1.ipynb")
    assert late is not None and late.late
    assert (late.number, str(late.path)) == ("210003", "convolutional_layer.ipynb")
    assert late.place == "garcíasøren_LATE_210003_9000039_"
    uuid = owner(canvas, "x_210003_9_a-1b4e28ba-2fa1-11d2-883f-0016d3cca427.ipynb")
    assert uuid is not None and str(uuid.path) == "a.ipynb"
    empty = owner(canvas, "_210008_9000080_lesson.ipynb")
    assert empty is not None and empty.number == "210008"
    typed = owner(canvas, "novakana_210005_text.html")
    assert typed is not None and typed.typed
    anonymous = owner(canvas, "LATE_anon_aB3x_91_lesson.ipynb")
    assert anonymous is not None and anonymous.late
    assert (anonymous.number, str(anonymous.path)) == ("anon_aB3x", "lesson.ipynb")
    assert owner(canvas, "readme.txt") is None


@pytest.mark.parametrize(
    ("name", "number"),
    [
        # Whoever is not in the roster may name a file as if it were another's.
        ("novakana_1_2_x_210005_9_lesson.ipynb", None),
        ("adamsmallory_7_99__210005_123_lesson.ipynb", None),
        ("novakana_7_99__210005_123_lesson.ipynb", None),
        # Or be called like another, with the ids.
        ("novakana_210005_9_7_9000051_lesson.ipynb", None),
        ("novakana_210005_7_9000051_lesson.ipynb", None),
        ("adamsmallory_7_99__210005_text.html", None),
        # Digits of other scripts are none of an id.
        ("novakana_210005_9_\u0665_\u0666_lesson.ipynb", "210005"),
        # A file with another's ids in its name: the name before the ids decides.
        ("novakana_210005_9_hw_210006_8_lesson.ipynb", "210005"),
        ("novakana_210005_9000050_210001_8_lesson.ipynb", "210005"),
        ("novakana_210005_9000050_2026_11_27_lesson.ipynb", "210005"),
        ("novakana_210005_9000050_2026_exam.ipynb", "210005"),
        # Numbers of the student's own, behind the right name.
        ("novakana_210005_9000050_1_lesson.ipynb", "210005"),
        ("novakana_210005_9000050_02_lesson.ipynb", "210005"),
        ("novakana_210005_9000050_lesson_2026_11_27.ipynb", "210005"),
        ("mallory_7_9000051_novakana_210005_9_lesson.ipynb", None),
        ("xeve_210005_9_210001_8_lesson.ipynb", None),
        ("unknown_999_8_lesson.ipynb", "999"),
    ],
)
def test_canvas_names_of_students_and_files_that_claim_to_be_others(
    canvas: Canvas, name: str, number: str | None
) -> None:
    found = owner(canvas, name)
    assert (found and found.number) == number


@pytest.mark.parametrize("late", ["", "_LATE"])
@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("novakana", "novakana"),
        ("nov_ak_ana", "nov_ak_ana"),
        ("", ""),
        ("novak_1001_555_ana", "student"),
        ("1001_555_", "student"),
        ("1001", "student"),
        ("novak_\u0665ana", "student"),
    ],
)
def test_a_page_goes_to_no_other_whatever_its_student_is_called(
    name: str, begin: str, late: str, tmp_path: Path
) -> None:
    text = f'Student,ID,Section,{LESSON} (12)\n"{name},",7,A,\n"Doe, Al",1001,A,\n'
    found = owner(Canvas(table_of(text, tmp_path)), f"{name}{late}_7_9000_lesson.ipynb")
    assert found is not None
    assert (found.number, found.place) == ("7", f"{begin}{late}_7_9000_")
    # As Canvas reads it.
    parts = f"{found.place}1_2_3.html".split("_")
    assert [part for part in parts if part.isdecimal()][:2] == ["7", "9000"]


def test_a_name_like_that_of_anonymous_grading_has_no_anothers_ids(canvas: Canvas) -> None:
    found = owner(canvas, "anon_1001_555__210005_9000_lesson.ipynb")
    assert found is not None
    assert (found.number, found.place) == ("anon_1001", "")
    honest = owner(canvas, "anon_aB3x9_91_lesson.ipynb")
    assert honest is not None and honest.place == "anon_aB3x9_91_"


def test_what_might_be_anothers_is_nobodys_and_is_named(canvas: Canvas) -> None:
    names = ("adamsmallory_7_99__210005_123_lesson.ipynb", "novakana_210005_88_lesson.ipynb")
    people = {person.number: person for person in canvas.people()}
    collection = Collection()
    members: list[Member | tuple[str, str]] = [
        Member(PurePosixPath(name), name.encode) for name in names
    ]
    (parts,) = owned_parts(members, canvas, people, collection).values()
    assert [(owned.place, member.read()) for owned, member in parts] == [
        ("novakana_210005_88_", names[1].encode())
    ]
    assert collection.left_out == [(names[0], WHOSE)]


def test_canvas_grades_go_into_the_one_assignment(canvas: Canvas, tmp_path: Path) -> None:
    column = canvas.column(LESSON, None)
    assert column == Column(5, 30.0)
    assert canvas.column("other", "Quiz") == Column(4, 10.0)
    with pytest.raises(TableError, match=r"--column\. Its assignments are: Quiz, 01_lesson"):
        canvas.column("other", None)
    filled = canvas.filled(column, {2: "27.5"})
    assert filled.header == ["Student", "ID", "SIS Login ID", "Section", f"{LESSON} (12)"]
    assert [row[-1] for row in filled.rows[1:]] == ["30.00", "27.5"]
    filled.write(tmp_path / "out.csv")
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert written.startswith("\ufeffStudent,ID,")
    assert "'=HYPERLINK" in written


# -------------------------------------------------------------------------------------- Moodle


@pytest.fixture
def moodle(tmp_path: Path) -> Moodle:
    return Moodle(table_of(moodle_roster(CLASS, 30), tmp_path))


def test_moodle_lists_people_by_address(moodle: Moodle) -> None:
    people = moodle.people()
    assert [person.student for person in people] == [member.email for member in CLASS]
    assert [person.number for person in people] == [member.participant for member in CLASS]
    assert (people[5].first_name, people[5].last_name) == ("Ana", "Novak")


@pytest.mark.parametrize(
    "name",
    [
        "Ana Novak_3005_assignsubmission_file/lesson.ipynb",
        "Ana Novak_3005_assignsubmission_file_/lesson.ipynb",
        "Ana Novak_3005_assignsubmission_file_lesson.ipynb",
        "Participant_3005_assignsubmission_file/lesson.ipynb",
    ],
)
def test_moodle_paths(moodle: Moodle, name: str) -> None:
    found = owner(moodle, name)
    assert found is not None
    assert (found.number, str(found.path)) == ("3005", "lesson.ipynb")
    assert found.place.endswith("_3005_assignsubmission_file/")


@pytest.mark.parametrize(
    ("status", "late", "extension"),
    [
        ("Submitted for grading - 10 hours 5 mins late", True, ""),
        ("Zur Bewertung abgegeben - 1 Tag 2 Stunden später", True, ""),
        ("Remis pour évaluation - En retard de 3 jours", True, ""),
        ("Submitted for grading - 3 days late - Graded", True, ""),
        ("Submitted for grading - Graded", False, ""),
        (f"Submitted for grading - 1 day 3 hours late - Graded - {MORE_TIME}", True, MORE_TIME),
        (f"Submitted for grading - Submission changes not allowed - {MORE_TIME}", False, MORE_TIME),
        (f"No submission - {MORE_TIME}", False, MORE_TIME),
        ("Submitted for grading", False, ""),
    ],
)
def test_moodle_says_who_is_late_and_who_has_more_time(
    status: str, late: bool, extension: str, tmp_path: Path
) -> None:
    text = moodle_roster(CLASS, 30).replace('"Abgegeben"', f'"{status}"', 1)
    # What a teacher or a student writes says nothing of that.
    text = text.replace("- gut", f"Good start - 3 tests fail - {MORE_TIME}")
    text = text.replace('"Ana Novak"', '"Ana - 3 days Novak"')
    people = Moodle(table_of(text, tmp_path)).people()
    assert [person.late for person in people] == [late, *[False] * 11]
    assert [person.extension for person in people] == [extension, *[""] * 11]
    # The last one handed in nothing.
    assert {person.handed_in for person in people[:-1]} == {"Montag, 1. März 2027, 18:23"}
    assert people[-1].handed_in == ""


def test_the_time_of_what_is_late_is_said(taker: Taker, record: Record, tmp_path: Path) -> None:
    parts = [(Owned("7", PurePosixPath(NOTEBOOK), ""), Member(PurePosixPath(NOTEBOOK), bytes))]
    late = Person("7", "7", 1, late=True, handed_in="Tuesday, 2 March 2027,\x1b 10:04 AM")
    (note,) = taker.take(late, parts, tmp_path / "staging").notes
    assert record.late == ["7"]
    assert note.startswith(
        "late, says the LMS, which has Tuesday, 2 March 2027,\\x1b 10:04 AM; if that costs points"
    )
    # Until somebody has written it down.
    assert taker.take(late, parts, tmp_path / "staging").notes == [note]
    (taker.folder("7") / "timestamp.txt").write_text("2027-03-02 10:04 UTC")
    assert taker.take(late, parts, tmp_path / "staging").notes == []
    assert record.late == ["7"]
    # As with an extension in the LMS.
    taker.take(replace(late, late=False), parts, tmp_path / "staging")
    assert record.late == []


def test_moodle_typed_answers_and_others(moodle: Moodle) -> None:
    typed = owner(moodle, "Ana Novak_3005_assignsubmission_onlinetext/onlinetext.html")
    assert typed is not None and typed.typed
    claims = "Ana Novak_3005_assignsubmission_file/Eve_3001_assignsubmission_file/x.ipynb"
    found = owner(moodle, claims)
    assert found is not None and found.number == "3005"


def test_moodle_grades_go_into_a_worksheet_in_any_language(moodle: Moodle, tmp_path: Path) -> None:
    column = moodle.column(LESSON, None)
    assert column == Column(4, 30.0)
    assert moodle.has_comma(column)
    before = moodle_roster(CLASS, 30)
    moodle.filled(column, {}).write(tmp_path / "same.csv")
    written = (tmp_path / "same.csv").read_bytes().decode()
    # As it came, but for what a spreadsheet would compute or show in another order.
    expected = before.replace(FORMULA.replace('"', '""'), "'" + FORMULA.replace('"', '""'))
    assert written == expected.replace(BIDI, "Eve\\u202egnp.exe")


def test_moodle_without_addresses_takes_the_number(tmp_path: Path) -> None:
    text = "Identifier,Full name,Status,Grade,Maximum grade\nParticipant 9,A B,,,100.00\n"
    platform = Moodle(table_of(text, tmp_path))
    assert [(person.student, person.last_name) for person in platform.people()] == [("9", "B")]
    assert platform.column(LESSON, None) == Column(3, 100.0)


@pytest.mark.parametrize("teams", [False, True])
def test_nobody_is_called_like_a_status_in_blind_marking(teams: bool, tmp_path: Path) -> None:
    header = ["ID", "Status", *(["Gruppe"] if teams else []), "Bewertung", "Bestwertung"]
    status = ["Abgegeben - 2 Tage später", "Abgegeben", "Keine Abgabe", "Abgegeben - Bewertet"]
    rows = [
        [f"Teilnehmer/in{n}", one, *([f"Gruppe {n}"] if teams else []), "", "30"]
        for n, one in enumerate(status)
    ]
    text = "\n".join(";".join(row) for row in [header, *rows])
    people = Moodle(table_of(text, tmp_path)).people()
    assert [(one.student, one.first_name, one.last_name) for one in people] == [
        (f"{n}", "", "") for n in range(4)
    ]


@pytest.mark.parametrize("odd", ['"e ve"@x.org', "", "ADA@x.org"])
def test_one_odd_address_gives_nobody_another_id(odd: str, tmp_path: Path) -> None:
    people = ["ada@x.org", "bob@x.org", "cy@x.org", odd]
    lines = [f"Participant {n},A B,{mail}" for n, mail in enumerate(people, 1)]
    text = "\n".join(["Identifier,Full name,Email address", *lines, ""])
    with pytest.raises(TableError, match=r"In the column Email address.*Participant 4\. Students"):
        Moodle(table_of(text, tmp_path)).people()


@pytest.mark.parametrize(
    ("known", "student", "name", "refused"),
    [
        ("ana@x.org", "3100", "Ana Novak", True),
        ("3100", "ana@x.org", "Ana Novak", True),
        ("ana", "3100", "Ana Novak", True),
        # Of another lesson, where the worksheet shows no addresses.
        ("3100", "4100", "Ana Novak", False),
        ("ana@x.org", "ana@x.org", "Ana Novak", False),
        ("ana@x.org", "bob@x.org", "Bob Ng", False),
        # With blind marking nobody has a name.
        ("ana@x.org", "3100", "", False),
    ],
)
def test_ids_of_another_kind_are_refused(
    known: str, student: str, name: str, refused: bool
) -> None:
    students = [
        SimpleNamespace(id=known, first_name="Ana", last_name="Novak"),
        SimpleNamespace(id="nameless", first_name=None, last_name=None),
    ]
    gradebook: Any = SimpleNamespace(students=students)
    first, _, last = name.partition(" ")
    people = {"7": Person(student, "7", 1, first, last)}
    if not refused:
        check_ids(gradebook, people, Path("list.csv"))
        return
    text = f"knows Ana Novak as {known}, and in list.csv the id is {student}"
    with pytest.raises(TableError, match=text):
        check_ids(gradebook, people, Path("list.csv"))


# -------------------------------------------------------------------------------------- others


def test_another_lms_by_a_pattern(tmp_path: Path) -> None:
    table = table_of("id;first_name\nab12;Ana\n", tmp_path)
    platform = Other(table, r"(?P<student_id>\w+?)-(?P<file_id>.+)\.")
    found = owner(platform, "ab12-lesson.ipynb")
    assert found is not None
    assert (found.number, str(found.path)) == ("ab12", "lesson.ipynb")
    assert owner(platform, "nothing") is None
    with pytest.raises(TableError, match="--column"):
        platform.column(LESSON, None)
    with pytest.raises(TableError, match="is no regular expression: "):
        Other(table, "(?P<student_id>")
    with pytest.raises(TableError, match=r"two named groups.*has: student_id\."):
        Other(table, "(?P<student_id>x)")
    with pytest.raises(TableError, match="column named id"):
        Other(table_of("name,mail\na,b\n", tmp_path))


def test_an_id_with_letters_taken_apart_is_that_of_the_file(tmp_path: Path) -> None:
    platform = Other(
        table_of("id;x\ne\u0301va;\n", tmp_path), r"(?P<student_id>\w+?)-(?P<file_id>.+)\."
    )
    found = owner(platform, "\u00e9va-lesson.ipynb")
    assert found is not None
    assert [person.number for person in platform.people()] == [found.number]


@pytest.mark.parametrize(
    "data", [b"", b"one column\n1\n", b"\xff\xfea", b"\xff\xfei\x00d\x00;\x00x"]
)
def test_lists_that_cannot_be_read(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(TableError):
        table_of(data, tmp_path)


def test_a_cell_may_be_longer_than_csv_allows(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    long = "x" * (before + 1)
    table = table_of(f"id,text\n7,{long}\n", tmp_path)
    assert table.rows[1] == ["7", long]
    with pytest.raises(TableError):
        table_of("", tmp_path)
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("cell", ["x{blanks}", "- {blanks}|", "x;{blanks}=1", "-a{blanks}"])
@pytest.mark.parametrize("blank", ["\n", "\r\n", ";", " ", '"', "\t"])
def test_a_long_cell_is_written_in_no_time(cell: str, blank: str) -> None:
    text = cell.format(blanks=blank * 200_000)
    started = time.process_time()
    harmless(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("-2,5", "-2,5"),
        ("- good", "- good"),
        ("- good\r\n- stride, see 2.", "- good\r\n- stride, see 2."),
        ("-", "-"),
        ("-1+1", "'-1+1"),
        ("@x", "'@x"),
        ("- 2+3+cmd|' /C calc'!A0", "'- 2+3+cmd|' /C calc'!A0"),
        ("-\xa0cmd|' /C calc'!A0", "'-\xa0cmd|' /C calc'!A0"),
        ("- a\r\n- WEBSERVICE(A1)", "'- a\r\n'- WEBSERVICE(A1)"),
        ("Bob\t=1+1", "Bob\t'=1+1"),
        ("Bob\r\n=1+1", "Bob\r\n'=1+1"),
        ("Bob;\t\n =1+1", "Bob;\t\n' =1+1"),
        ("-  \r\n- good", "-  \r\n- good"),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert harmless(cell) == written


@given(st.text(alphabet="a1 ;,\t\n\"'=+-@|(", max_size=20), st.sampled_from(";,\t"))
def test_no_cell_begins_with_a_formula_whatever_separates_them(cell: str, delimiter: str) -> None:
    """Of a row that is read with any sign as the separator, and as it stands or in quotes."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerow(["7", harmless(cell, delimiter), "x"])
    for other in ";,\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            if other == delimiter and quoting == csv.QUOTE_NONE:
                continue  # no program reads a file's own form so
            rows = csv.reader(io.StringIO(written.getvalue()), delimiter=other, quoting=quoting)
            for found in (one.lstrip() for row in rows for one in row):
                assert found[:1] not in {"=", "+", "@", "|"}, (found, written.getvalue())


# ------------------------------------------------------------------------------ what goes back


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A course in which student 7 has 8.5 of 30 points, and of which nothing else is there."""
    grades = [CellGrade("f-values", 8.5, 30.0, 8.5)]
    fakes = {
        "Gradebook": lambda *_: nullcontext(),
        "Penalties": lambda *_: SimpleNamespace(update=lambda *_: None),
        "Grader": lambda *_: SimpleNamespace(maximum=30.0),
        "read_entries": lambda *_: {"7": Entry("7", grades=grades)},
        "read_states": lambda *_: {"7": State(GRADED)},
        "page_digests": lambda *_: {"7": "digest"},
        "holds": lambda *_: True,
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(export_module, name, fake)
    folders = SimpleNamespace(
        root=str(tmp_path),
        db_url="",
        course_id="",
        feedback_directory="feedback",
        format_path=lambda step, student, lesson: str(tmp_path / step / student / lesson),
    )
    return SimpleNamespace(coursedir=folders)


def packed_pages(course: Any, root: Path, pages: Mapping[str, str], number: int) -> list[str]:
    """Return what a zip of feedback holds if these pages are there."""
    folder = root / "feedback" / "7" / LESSON
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text)
    (root / "list.csv").write_text(f"id,{LESSON}\n7,\n")
    export = Export(course, LESSON, root / "list.csv")
    export.write_feedback(root / f"{number}.zip")
    if not export.exported.pages:
        return []
    with zipfile.ZipFile(root / f"{number}.zip") as packed:
        assert len(packed.namelist()) == export.exported.pages
        return packed.namelist()


def test_the_pages_of_all_notebooks_are_packed(course: Any, tmp_path: Path) -> None:
    Downloads(course, LESSON).keep(Record(places={"7": "ana_7_9_"}))
    both = ["ana_7_9_first.html", "ana_7_9_second.html"]
    pages = {"first.html": "1", "second.html": "2"}
    assert packed_pages(course, tmp_path, pages, 1) == both
    assert packed_pages(course, tmp_path, pages, 2) == []
    assert packed_pages(course, tmp_path, {"second.html": "with a comment"}, 3) == both


def test_one_page_is_called_feedback_and_not_sent_again_after_an_update(
    course: Any, tmp_path: Path
) -> None:
    downloads = Downloads(course, LESSON)
    downloads.keep(Record(places={"7": "ana_7_9_"}))
    assert packed_pages(course, tmp_path, {"lesson.html": "1"}, 1) == ["ana_7_9_feedback.html"]
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    assert downloads.record().sent == {"7": digest}
    assert packed_pages(course, tmp_path, {"lesson.html": "1"}, 2) == []


@pytest.mark.parametrize(
    ("table", "written"),
    [
        (
            f'id,{LESSON},01_before,first_name\n7,,"7,5",Ann\n8,,8,\n',
            f'id,{LESSON},01_before,first_name\n7,"8,5","7,5",Ann\n8,,8,\n',
        ),
        (f'id,first_name,{LESSON}\n7,"1,5",\n', f'id,first_name,{LESSON}\n7,"1,5",8.5\n'),
        (
            f"id;first_name;{LESSON}\n7;1.5;\n8;;7,5\n",
            f"id;first_name;{LESSON}\n7;1.5;8,5\n8;;7,5\n",
        ),
        (
            "ID;Name;Status;Bewertung;Bestwertung;Sperre;Text\nTeilnehmer/in7;A;;;30,00;Ja;1.5\n",
            "ID;Name;Status;Bewertung;Bestwertung;Sperre;Text\nTeilnehmer/in7;A;;8,5;30,00;Ja;1.5\n",
        ),
        (
            'ID,Name,Status,Grade,Maximum grade\nParticipant 7,"1,5",,,30.00\n',
            'ID,Name,Status,Grade,Maximum grade\nParticipant 7,"1,5",,8.5,30.00\n',
        ),
    ],
)
def test_no_student_decides_how_grades_are_written(
    table: str, written: str, course: Any, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(table)
    export = Export(course, LESSON, tmp_path / "list.csv")
    export.write_grades(tmp_path / "out.csv", None, scale=False)
    assert (tmp_path / "out.csv").read_text() == written


def test_canvas_points_possible_say_how_grades_are_written(course: Any, tmp_path: Path) -> None:
    header = f"Student;ID;Section;{LESSON} (12)\n    Points Possible;;;30,00\n"
    (tmp_path / "list.csv").write_text(f"{header}1.5;7;A;\n")
    export = Export(course, LESSON, tmp_path / "list.csv")
    export.write_grades(tmp_path / "out.csv", None, scale=False)
    assert (tmp_path / "out.csv").read_text() == f"{header}1.5;7;A;8,5\n"


@pytest.mark.parametrize("twice", ["e\u0301va;;\n\u00e9va;;\n", "7;;\n7;;\n"])
def test_a_list_with_an_id_twice_gets_no_grades(twice: str, course: Any, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f"id;first_name;{LESSON}\n{twice}", encoding="utf-8")
    with pytest.raises(TableError, match=r"two students with the id (éva|7)"):
        Export(course, LESSON, tmp_path / "list.csv")


def test_an_id_that_is_no_folder_costs_no_grade_of_others(course: Any, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f"id;first_name;{LESSON}\na/b;;\n7;;\n")
    export = Export(course, LESSON, tmp_path / "list.csv")
    export.write_grades(tmp_path / "out.csv", None, scale=False)
    assert (tmp_path / "out.csv").read_text().splitlines()[1:] == ["a/b;;", "7;;8.5"]
    assert export.exported.remarks == [("a/b", "nothing handed in")]


def test_a_file_that_is_nobodys_is_printed_without_its_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes: dict[str, Any] = {
        "Gradebook": lambda *_: nullcontext(),
        "find_assignment": lambda *_: None,
        "lesson_folders": lambda *_: (tmp_path, tmp_path),
        "wanted_notebooks": lambda *_: [],
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(collect_module, name, fake)
    folders = SimpleNamespace(
        root=str(tmp_path), autograded_directory="autograded", db_url="", course_id=""
    )
    course: Any = SimpleNamespace(coursedir=folders)
    (tmp_path / "class.zip").write_bytes(zipped({"\x9b2Kb\u202ec.ipynb": b"{}"}))
    (tmp_path / "list.csv").write_text(canvas_roster(CLASS, LESSON, 30))
    with pytest.raises(TableError, match="can it be told whose it is, such as ") as raised:
        collect(course, LESSON, [tmp_path / "class.zip"], tmp_path / "list.csv", None)
    assert r"\x9b2Kb\u202ec.ipynb. Is " in str(raised.value)
