"""A backup comes from anywhere: it is whole, and nothing in it leads out, or it is refused."""

from __future__ import annotations

import io
import random
import shutil
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from proctor.term import backup as term_backup
from proctor.term.backup import BackupError, restore

PARTS = ["submitted", "autograded", "feedback", "history", "downloaded", "course_secret"]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what stands for a course, in which nothing was graded."""
    monkeypatch.setattr(term_backup, "parts", lambda course: [*PARTS, "nbgrader_config.py"])
    root = tmp_path / "course"
    (root / "source").mkdir(parents=True)
    (root / "source" / "master.ipynb").write_text("{}")
    return SimpleNamespace(coursedir=SimpleNamespace(root=str(root)))


def member(name: str, content: bytes = b"content", **values: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    for key, value in values.items():
        setattr(info, key, value)
    info.size = len(content) if info.isreg() else 0
    return info, content[: info.size]


def packed(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, content in (member("gradebook.db"), member("submitted/ada/x.txt"), *members):
            archive.addfile(info, io.BytesIO(content))
    return path


def files_of(course: Any) -> set[str]:
    root = Path(course.coursedir.root)
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


def test_what_a_term_is_comes_back(course: Any, tmp_path: Path) -> None:
    same = member("submitted/eve/x.txt", type=tarfile.LNKTYPE, linkname="submitted/ada/x.txt")
    other = member("README.md")
    assert restore(course, packed(tmp_path / "b", same, other)) == 2
    names = {"gradebook.db", "submitted/ada/x.txt", "submitted/eve/x.txt", "source/master.ipynb"}
    assert files_of(course) == names


@pytest.mark.parametrize(
    "odd",
    [
        member("submitted/../source/master.ipynb"),
        member("submitted/../../x"),
        member("submitted/bob", type=tarfile.SYMTYPE, linkname="../source"),
        member("submitted/bob", type=tarfile.LNKTYPE, linkname="source/master.ipynb"),
        member("submitted/bob", type=tarfile.LNKTYPE, linkname="submitted/../source/master.ipynb"),
        member("submitted/pipe", type=tarfile.FIFOTYPE),
        member("submitted/device", type=tarfile.CHRTYPE),
    ],
    ids=lambda odd: f"{odd[0].name} {odd[0].linkname}",
)
def test_what_leads_out_is_refused_before_anything_is_written(
    odd: tuple[tarfile.TarInfo, bytes], course: Any, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match=r"leads out of a term\)\. Nothing was restored"):
        restore(course, packed(tmp_path / "b", odd))
    assert files_of(course) == {"source/master.ipynb"}


def test_what_has_no_name_is_left_out(course: Any, tmp_path: Path) -> None:
    assert restore(course, packed(tmp_path / "b", member(".", type=tarfile.DIRTYPE))) == 2
    nothing = member("submitted/bob", type=tarfile.LNKTYPE, linkname="")
    shutil.rmtree(Path(course.coursedir.root, "submitted"))
    Path(course.coursedir.root, "gradebook.db").unlink()
    with pytest.raises(BackupError, match="is no backup that can be read"):
        restore(course, packed(tmp_path / "c", nothing))


def test_what_ends_half_way_says_what_is_there(course: Any, tmp_path: Path) -> None:
    lost = member("submitted/bob/x", type=tarfile.LNKTYPE, linkname="submitted/bob/.gone")
    with pytest.raises(BackupError, match=r"in part only .* Remove submitted, gradebook\.db in"):
        restore(course, packed(tmp_path / "b", lost))


def test_a_damaged_backup_is_refused(course: Any, tmp_path: Path) -> None:
    """Whichever bit it is, but for those of the header that say nothing of the content."""
    chance = random.Random(3)
    content = [member(f"submitted/s{n}/x", chance.randbytes(300)) for n in range(40)]
    whole = packed(tmp_path / "b", *content).read_bytes()
    damaged = tmp_path / "damaged"
    for place in chance.sample(range(20, len(whole)), 60):
        data = bytearray(whole)
        data[place] ^= 1 << chance.randrange(8)
        damaged.write_bytes(data)
        with pytest.raises(BackupError, match="is no backup that can be read"):
            restore(course, damaged)
    damaged.write_bytes(whole[:-1])
    with pytest.raises(BackupError, match="is no backup that can be read"):
        restore(course, damaged)
    assert files_of(course) == {"source/master.ipynb"}
