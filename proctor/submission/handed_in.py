"""Who has handed in something for a lesson: the folders of submitted/, whatever they are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

# What a download, a copy or a second upload adds to a folder's name.
COPY = re.compile(r"(?:[ _.-]+(?:\d+|copy|kopie)|[ _.-]*\(\d+\))+$")
SPACES = re.compile(r"[ _-]+")


def composed(name: str) -> str:
    """Return a name as it is typed and stored: macOS hands folders on with letters taken apart."""
    return unicodedata.normalize("NFC", name)


def handed_in(submitted: Path, lesson: str) -> dict[str, list[Path]]:
    """Return the folders of each student who has handed in something for a lesson.

    There are several if their names are the same letters, taken apart or not.

    Raises
    ------
    FileNotFoundError
        If there is no folder of submissions.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(submitted.iterdir()):
        if path.is_symlink() or path.is_dir():
            folder = path / lesson
            if _exists(folder) or misnamed(path, lesson):
                found.setdefault(composed(path.name), []).append(path)
    return found


def misplaced(submitted: Path, lessons: Collection[str]) -> Iterator[str]:
    """Yield where notebooks stand in the folder of submissions that are of no lesson."""
    for path in _sorted(submitted):
        if _is_notebook(path):
            yield path.name
        elif path.is_dir() and not path.is_symlink():
            children = _sorted(path)
            names = [child.name for child in children]
            own = {name for lesson in lessons for name in (lesson, *_nearly(lesson, names))}
            for child in children:
                others = child.is_dir() and not child.is_symlink() and child.name not in own
                if _is_notebook(child) or (others and any(map(_is_notebook, _sorted(child)))):
                    yield f"{path.name}/{child.name}"


def _is_notebook(path: Path) -> bool:
    return path.suffix == ".ipynb"


def _sorted(folder: Path) -> list[Path]:
    """Return what is in a folder and not hidden; nothing if it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.name[0] != ".")
    except OSError:
        return []


def misnamed(student: Path, lesson: str) -> list[str]:
    """Return the folders of a student whose name is nearly the lesson's.

    What is a lesson's own name is none of them.
    """
    return _nearly(lesson, [path.name for path in _sorted(student)])


def _nearly(lesson: str, names: Iterable[str]) -> list[str]:
    """Return those of some names that are nearly the lesson's."""
    wanted = _plain(lesson)
    return [
        name
        for name in names
        if name != lesson and wanted in (_plain(name), _plain(COPY.sub("", name.casefold())))
    ]


def _plain(name: str) -> str:
    """Return what is left of a name when its spelling does not matter."""
    return SPACES.sub("_", composed(name).casefold().strip())


def _exists(path: Path) -> bool:
    """Whether anything is there: also a link that leads nowhere, or what cannot be read."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
