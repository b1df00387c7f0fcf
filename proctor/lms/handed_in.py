"""What one student handed in to an LMS: which files of a zip are the submission."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..submission.clean import few, shown
from ..submission.intake import TIMESTAMP
from .archive import (
    LARGEST,
    MAX_OF_ONE,
    ArchiveError,
    Member,
    MemberError,
    check_path,
    opened,
)
from .platform import Owned

# What a browser, a file manager or an LMS adds to the name of a copy.
COPY = re.compile(r"(?: ?\(\d+\)|[ _-]+copy(?: \d+)?|-\d+)$", re.IGNORECASE)
SPACES = re.compile(r"[ _-]+")
MAX_ZIPS = 20
"""How many zips of one student are opened."""
NESTED = "it came in {name}"
NOT_OPENED = "{name} is a zip within a zip and was not opened"
ZIPS = "there are more than {limit} zips: ask for one"
LEFT_OUT = "left out {name}: {reason}"
OWN_TIME = "when it was handed in is not for the student to say"
TOO_MANY = "there are more than {limit:,}"
TOGETHER = "all files together are larger than {limit:.0f} MB"
TWICE = "another file has this name"
TYPED = "typed into the LMS in place of a file"
NO_NOTEBOOK, OTHER_FILES = "no notebook", "no notebook: {names}"
NOTEBOOKS = "{number} notebooks: {names}"
IN_THE_WAY = "{name} keeps its name: {notebook} is a folder; ask for the notebook without it"


@dataclass
class HandedIn:
    """What one student handed in.

    Attributes
    ----------
    files : dict of PurePosixPath to bytes
        As they go into the folder of the submission.
    notes : list of str
        What a person should know.
    place : str
        See `Owned.place`.
    late : bool
    time : str
    """

    files: dict[PurePosixPath, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    place: str = ""
    late: bool = False
    time: str = ""
    _folders: set[PurePosixPath] = field(default_factory=set, repr=False)
    # What was unpacked, whether it was taken or not, and the zips that it came from.
    _unpacked: int = 0
    _packed: int = 0
    _zips: int = 0

    def add(self, owned: Owned, member: Member) -> None:
        """Take a file of the class's zip, or what is in it if it is a zip itself."""
        self.place = self.place or owned.place
        self.late |= owned.late
        self.time = self.time or owned.time
        if owned.typed:
            self.notes.append(LEFT_OUT.format(name=shown(owned.path), reason=TYPED))
        elif owned.path.suffix.casefold() == ".zip":
            self._open(owned.path, member)
        else:
            self._take(owned.path, member)

    def _open(self, path: PurePosixPath, outer: Member) -> None:
        """Take the files of a zip that was handed in."""
        name = shown(path.name)
        self._zips += 1
        try:
            if self._zips > MAX_ZIPS:
                raise MemberError(ZIPS.format(limit=MAX_ZIPS))
            if self._packed + outer.size > LARGEST:
                raise MemberError(TOGETHER.format(limit=LARGEST / 1e6))
            self._packed += outer.size
            with opened(outer.read(), path.name, MAX_OF_ONE) as inner:
                self.notes.append(NESTED.format(name=name))
                for member in inner:
                    self._take_nested(member)
        except (ArchiveError, MemberError) as reason:
            self.notes.append(LEFT_OUT.format(name=name, reason=reason))

    def _take_nested(self, member: Member | tuple[str, str]) -> None:
        if isinstance(member, tuple):
            self.left_out(*member)
        elif member.path.suffix.casefold() == ".zip":
            self.notes.append(NOT_OPENED.format(name=shown(member.path)))
        else:
            path = without_text_ending(member.path)
            # Packed with its folder, as most people do.
            deep = path.suffix == ".ipynb" and path.parent != PurePosixPath()
            self._take(PurePosixPath(path.name) if deep else path, member)

    def _take(self, path: PurePosixPath, member: Member) -> None:
        path = without_text_ending(path)
        try:
            # An LMS's name may go on with what leads out: NAME_7_assignsubmission_file_../x.
            check_path(path)
            if TIMESTAMP in (path.name.casefold(), path.parts[0].casefold()):
                raise MemberError(OWN_TIME)
            if len(self.files) >= MAX_OF_ONE:
                raise MemberError(TOO_MANY.format(limit=MAX_OF_ONE))
            if path in self.files or self._in_the_way(path):
                raise MemberError(TWICE)
            if self._unpacked + member.size > LARGEST:
                raise MemberError(TOGETHER.format(limit=LARGEST / 1e6))
            self._unpacked += member.size
            data = member.read()
        except MemberError as reason:
            self.left_out(str(path), str(reason))
        else:
            self.files[path] = data
            self._folders.update(path.parents)

    def _in_the_way(self, path: PurePosixPath) -> bool:
        """Whether there is a file where this one needs a folder, or the reverse."""
        return path in self._folders or any(folder in self.files for folder in path.parents)

    def left_out(self, name: str, reason: str) -> None:
        """Note a file that is not taken."""
        self.notes.append(LEFT_OUT.format(name=shown(name), reason=reason))

    @property
    def notebooks(self) -> list[PurePosixPath]:
        """Which files are notebooks, by what they are called."""
        return [path for path in self.files if path.suffix == ".ipynb"]

    def finish(self, *notebooks: str) -> None:
        """Give the lesson's notebooks their names, and say what notebooks there are.

        Parameters
        ----------
        *notebooks : str
            What the lesson's notebooks are called.
        """
        found = self.notebooks
        if not found:
            names = few(sorted(map(str, self.files)))
            self.notes.append(OTHER_FILES.format(names=names) if names else NO_NOTEBOOK)
        elif len(found) > len(notebooks):
            names = few(sorted(map(str, found)))
            self.notes.append(NOTEBOOKS.format(number=len(found), names=names))
        for notebook in notebooks:
            same = [path for path in found if plain_name(path.name) == plain_name(notebook)]
            chosen = found if len(found) == len(notebooks) == 1 else same
            if len(chosen) == 1:
                self._rename(chosen[0], PurePosixPath(notebook))

    def _rename(self, path: PurePosixPath, target: PurePosixPath) -> None:
        """Give a file a name at the top, unless something else has it."""
        if target in self.files:
            return
        if any(target in other.parents for other in self.files if other != path):
            self.notes.append(IN_THE_WAY.format(name=shown(path), notebook=target))
            return
        self.files[target] = self.files.pop(path)


def without_text_ending(path: PurePosixPath) -> PurePosixPath:
    """Return a notebook's name without the .txt that some browsers append."""
    return path.with_suffix("") if path.name.casefold().endswith(".ipynb.txt") else path


def plain_name(name: str) -> str:
    """Return what is left of a notebook's name when copies and spelling do not matter."""
    stem = PurePosixPath(name).stem
    while (shorter := COPY.sub("", stem)) != stem:
        stem = shorter
    return SPACES.sub("_", stem.casefold()).strip("_")
