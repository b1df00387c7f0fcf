"""Rebuild the graded structure of a submitted notebook, whatever its student did to it.

The gradebook knows every locked, test and solution cell of a lesson, in order. After the repair
each of them is there exactly once, with the master's metadata, and every other cell is an
ordinary one. nbgrader's own checks find nothing left to object to: several of their objections
would stop the whole class.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from ..lesson import GradedCell
from .additions import UnreadableError, added_code, is_untouched
from .answers import LOOK_ELSEWHERE, joined, may_hold_words, own_texts, parts_of_answer
from .clean import few
from .pictures import kept_pictures, with_attached

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# How many characters of locked cells, in which something was changed, are read.
CHANGED_IN_ALL = 100_000
# In a cell's metadata, beside nbgrader's: of which solution it is a part.
PART_OF = "part_of"
# What stands in the cell of an exercise whose code stands elsewhere.
ELSEWHERE = "# {name} stands in another cell of the notebook that was handed in."

# What a person should know about a repair.
MISSING = "missing cells, restored from the release: {names}"
MOVED = "cells moved to where they can be graded: {names}"
FOUND = "cells without metadata, recognized by their content: {names}"
COPY = "copied cells, whose copies are not graded: {names}"
UNKNOWN = "cells that the lesson does not have, not graded: {names}"
ADDED = "code added to locked cells, which runs before them: {names}"
UNREADABLE = "locked cells in which something was changed that Python cannot read: {names}"
MERGED = "exercises whose code stands in another exercise's cell: {names}"
PARTS = "cells that were split, of which all parts count: {names}"
SOLVED = "exercises solved in one cell and untouched in another, which does not count: {names}"
ANSWER = "answers in words, found in other cells: {names}"
LOOK = "to be looked at, since text stands in other cells: {names}"


@dataclass
class StudentCell:
    """A cell as it was handed in, the name of the graded cell that it is, and if it is untouched.

    It may have been handed out before the master changed.
    """

    cell_type: str
    source: str
    id: str
    claim: str | None = None
    as_handed_out: bool = False
    attachments: Any = None
    part_of: str | None = None


def repaired_cells(
    cells: list[NotebookNode], known: Sequence[GradedCell], texts: Collection[str] = ()
) -> tuple[list[NotebookNode], list[str]]:
    """Return the cells of a repaired notebook, and notes on the repairs.

    Parameters
    ----------
    cells : list of NotebookNode
        What was handed in.
    known : sequence of GradedCell
        What the lesson has, in the master's order.
    texts : collection of str
        The lesson's other text and code: what else a cell holds is the student's own.
    """
    repair = Repair([student_cell(cell) for cell in cells], known)
    repair.drop_unknown_claims()
    repair.find_locked_cells()
    repair.keep_added_code()
    repair.drop_stubs(texts)
    repair.find_solutions()
    repair.find_answers(texts)
    repair.make_copies_ordinary()
    repair.add_missing_solutions()
    repair.ask_for_a_look(texts)
    return new_cells(repair.cells_in_order(), known), repair.notes()


def student_cell(cell: NotebookNode) -> StudentCell:
    """Return what matters of a cell that was handed in.

    The rest of its metadata is dropped: a tag can keep a cell from being run.
    """
    # In a file it is a list of lines.
    source = whole = "".join(cell.get("source") or "")
    metadata = cell.get("metadata")
    claimed = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    claim = claimed.get("grade_id") if isinstance(claimed, dict) else None
    cell_type = cell.get("cell_type")
    attachments = cell.get("attachments")
    if cell_type != "code":
        source, attachments = with_attached(source, attachments)
    return StudentCell(
        cell_type=cell_type if cell_type in ("code", "markdown") else "raw",
        source=LONE_SURROGATE.sub("\ufffd", source),
        id=str(cell.get("id", "")),
        claim=claim if isinstance(claim, str) else None,
        as_handed_out=_is_as_handed_out(NotebookNode({**cell, "source": whole}), claimed),
        attachments=attachments,
    )


def _is_as_handed_out(cell: NotebookNode, claimed: Any) -> bool:
    """Say whether a locked cell has the checksum that `nbgrader generate_assignment` gave it.

    Whoever forges one only loses what they have added.
    """
    if not isinstance(claimed, dict) or claimed.get("locked") is not True:
        return False
    try:
        return bool(claimed.get("checksum") == compute_checksum(cell))
    except Exception:  # whatever stands in its metadata
        return False


def new_cells(cells: list[StudentCell], known: Sequence[GradedCell]) -> list[NotebookNode]:
    """Return `cells` as a notebook has them; the graded ones are as in the gradebook."""
    graded_by_name = {graded.name: graded for graded in known}
    ids: set[str] = set()
    result = []
    for number, cell in enumerate(cells):
        graded = graded_by_name.get(cell.claim or "")
        source = graded.source if graded and not graded.is_solution else cell.source
        usable = CELL_ID.fullmatch(cell.id) and cell.id not in ids
        # Not by nbformat.v4.new_code_cell and its like, which check each cell against the schema.
        metadata = {"nbgrader": NotebookNode(graded.metadata)} if graded else {}
        if cell.part_of is not None:
            metadata["proctor"] = NotebookNode({PART_OF: cell.part_of})
        new = NotebookNode(
            id=cell.id if usable else f"proctor-{number}",
            cell_type=graded.cell_type if graded else cell.cell_type,
            metadata=NotebookNode(metadata),
            source=source,
        )
        if new.cell_type == "code":
            new.update(execution_count=None, outputs=[])
        elif pictures := kept_pictures(cell.attachments):
            new["attachments"] = nbformat.from_dict(pictures)
        ids.add(new.id)
        result.append(new)
    return result


def copied_cell(source: str, known: Sequence[GradedCell]) -> GradedCell | None:
    """Return the locked cell of which a code cell with this source looks like a copy.

    A student has a test cell without its hidden part and may have edited it. So the first
    line, which says what is checked, must be the test's, and of several tests with the same
    first line it is the one that goes on in the same way for longest.
    """
    code = [graded for graded in known if graded.cell_type == "code" and not graded.is_solution]
    # Once, since it may be long and asked for with each cell of the lesson.
    stripped, first_line = source.strip(), _first_line(source)
    exact = [graded for graded in code if stripped == graded.source.strip()]
    alike = [
        graded for graded in code if graded.is_test and _first_line(graded.source) == first_line
    ]
    return max(
        exact or alike, key=lambda graded: _common_start(source, graded.source), default=None
    )


class Repair:
    """The repair of one notebook, step by step; `repaired_cells` says in which order.

    Parameters
    ----------
    cells : list of StudentCell
        What was handed in.
    known : sequence of GradedCell
        What the lesson has, in the master's order.
    """

    def __init__(self, cells: list[StudentCell], known: Sequence[GradedCell]) -> None:
        self.cells = cells
        self.known = known
        self._locked = {graded.name for graded in known if not graded.is_solution}
        # The names that each kind of note is about.
        self.noted: dict[str, list[str]] = {}
        # Which of the cells is the graded cell of this name.
        self.holders: dict[str, StudentCell] = {}
        self._changed = 0

    def drop_unknown_claims(self) -> None:
        """Take claims from the cells that claim to be what the lesson does not have."""
        names = {graded.name for graded in self.known}
        for cell in self.cells:
            if cell.claim is not None and cell.claim not in names:
                self._note(UNKNOWN, cell.claim)
                cell.claim = None

    def find_locked_cells(self) -> None:
        """Find each test and other locked cell by its metadata or else by its content."""
        for graded in self.known:
            if not graded.is_solution:
                self._hold(graded, self._candidates(graded))

    def keep_added_code(self) -> None:
        """Make what was added to locked cells ordinary cells that stand before them."""
        for graded in self.known:
            holder = self.holders.get(graded.name)
            if not graded.is_solution and holder is not None:
                self._keep_added_code(holder, graded)

    def drop_stubs(self, texts: Collection[str]) -> None:
        """Drop the untouched cell of a function that the student's own code defines elsewhere.

        It stays behind when cells are pasted into a fresh copy of the notebook, and would replace
        what was pasted above it.
        """
        for graded in self.known:
            if not graded.is_solution or not graded.is_defined_in(graded.source):
                continue
            stub = graded.source.strip()
            own = [c for c in self.cells if c.cell_type == "code" and c.claim not in self._locked]
            stubs = [cell for cell in own if cell.source.strip() == stub]
            solved = any(
                graded.is_defined_in(cell.source) and cell.source.strip() not in (stub, *texts)
                for cell in own
            )
            if solved and stubs:
                self._note(SOLVED, graded.name)
                self._drop(stubs)

    def find_solutions(self) -> None:
        """Find each solution cell; which of two counts depends on where its tests are."""
        for graded in self.known:
            if graded.is_solution:
                self._hold(graded, self._seen_by_tests(graded, self._candidates(graded)))

    def find_answers(self, texts: Collection[str]) -> None:
        """Put each answer in words into the cell that is made for it."""
        for number, graded in enumerate(self.known):
            if not graded.is_answer:
                continue
            holder = self.holders.get(graded.name)
            parts = parts_of_answer(self.cells, graded)
            if len(parts) > 1:
                self._note(PARTS, graded.name)
            elif not parts:
                parts = found = own_texts(self._between_neighbours(number), texts)
                if found:
                    self._note(ANSWER, graded.name)
                    self._drop([*found[1:], *([holder] if holder else [])])
                    holder = found[0]
                    holder.claim = graded.name
                    self.holders[graded.name] = holder
            if parts and holder is not None:
                copies = [cell for cell in self.cells if cell.claim == graded.name]
                self._drop([cell for cell in copies if cell is not holder])
                holder.source, holder.attachments = joined(parts)

    def make_copies_ordinary(self) -> None:
        """Make a copy of a graded cell an ordinary one; a copied test does not run."""
        tests = [graded for graded in self.known if graded.is_test]
        parts = self._parts()
        for cell in list(self.cells):
            if cell.claim is not None and self.holders[cell.claim] is cell:
                continue
            if cell.claim is not None:
                cell.part_of = parts.get(id(cell))
                self._note(PARTS if cell.part_of else COPY, cell.claim)
                cell.claim = None
            if cell.cell_type == "code" and (test := copied_cell(cell.source, tests)):
                self._keep_added_code(cell, test)
                cell.cell_type = "raw"

    def add_missing_solutions(self) -> None:
        """Put the release's stub in for each solution cell that is missing.

        It stands before all code of the student's and all tests, so that it takes nothing from
        what is defined there. A function that is defined in a cell which was merged with another
        needs none, and its tests have to come after that cell.
        """
        for graded in reversed(self.known):
            if graded.is_solution and graded.name not in self.holders:
                holder, place = self._new_holder(graded), self._merged_into(graded)
                self._note(MISSING if place is None else MERGED, graded.name)
                if place is None:
                    place = self._first_own_code()
                else:
                    holder.source = ELSEWHERE.format(name=graded.name)
                self.cells.insert(place, holder)

    def ask_for_a_look(self, texts: Collection[str]) -> None:
        """Have a person look for an answer that is missing, if it may stand elsewhere."""
        for graded in self.known:
            missing = graded.is_answer and not parts_of_answer(self.cells, graded)
            if missing and may_hold_words(self.cells, texts):
                self._note(LOOK, graded.name)
                self.holders[graded.name].source = f"{graded.source}\n\n{LOOK_ELSEWHERE}"

    def cells_in_order(self) -> list[StudentCell]:
        """Return all cells in an order in which the lesson can be graded.

        The student's cells keep their order. A locked cell stays where it is, if a test
        stands behind the solutions that precede it in the master, and anything else before
        those that follow it. Otherwise, or if it is missing, a test goes to the one that follows
        it, since helpers may stand above that, and any other, or a test that is the last one of
        its exercise, behind the cell that precedes it in the master.
        """
        own = [cell for cell in self.cells if cell.claim not in self._locked]
        before: list[list[StudentCell]] = [[] for _ in range(len(own) + 1)]
        earliest = previous = 0
        for number, graded in enumerate(self.known):
            if graded.is_solution:
                previous = _index(own, self.holders[graded.name]) + 1
                earliest = max(earliest, previous)
                continue
            slot = self._slot(graded)
            if graded.is_test:
                fits = slot is not None and slot >= earliest
                following = self._slot_of_next_test(number)
                place = max(earliest, previous, following or 0)
            else:
                latest = self._first_solution(own, self.known[number:])
                fits = slot is not None and slot <= latest
                place = min(_first_code(own, previous), latest)
            if slot is None or not fits:
                self._note(MISSING if slot is None else MOVED, graded.name)
                slot = place
            if not graded.is_test:
                earliest = max(earliest, slot)
            previous = slot
            before[slot].append(self.holders.get(graded.name) or self._new_holder(graded))
        pairs = zip(before, [*own, None], strict=True)
        return [cell for group, last in pairs for cell in (*group, last) if cell is not None]

    def notes(self) -> list[str]:
        """Return what a person should know, one line a kind of repair."""
        return [note.format(names=few(names)) for note, names in self.noted.items()]

    def _note(self, note: str, name: str) -> None:
        """Keep in mind that a repair concerned the cell `name`."""
        names = self.noted.setdefault(note, [])
        if name not in names:
            names.append(name)

    def _candidates(self, graded: GradedCell) -> list[StudentCell]:
        """Return the cells that may be a graded cell."""
        candidates = [cell for cell in self.cells if cell.claim == graded.name]
        if not candidates:
            candidates = self._cells_with_content_of(graded)
            if candidates:
                self._note(FOUND, graded.name)
        return candidates

    def _hold(self, graded: GradedCell, candidates: list[StudentCell]) -> None:
        """Choose which of the candidates is a graded cell."""
        right_type = [cell for cell in candidates if cell.cell_type == graded.cell_type]
        defining = [
            cell for cell in right_type if graded.is_solution and graded.is_defined_in(cell.source)
        ]
        # Of several definitions the last one counts, as when all cells are run.
        if best := (defining or right_type or candidates):
            best[-1].claim = graded.name
            self.holders[graded.name] = best[-1]

    def _keep_added_code(self, cell: StudentCell, graded: GradedCell) -> None:
        """Put what a student has added to a locked cell before it."""
        if cell.cell_type != "code" or is_untouched(cell.source, graded):
            return
        # An earlier form of a test is nobody's own code. What else was given may be needed.
        if cell.as_handed_out and graded.is_test:
            return
        try:
            self._changed += len(cell.source)
            if self._changed > CHANGED_IN_ALL:
                raise UnreadableError
            added = added_code(cell.source, graded)
        except UnreadableError:
            self._note(UNREADABLE, graded.name)
            return
        if added:
            if not cell.as_handed_out:
                self._note(ADDED, graded.name)
            place = _index(self.cells, cell)
            self.cells.insert(place, StudentCell("code", added, f"{graded.name}-added"))

    def _drop(self, cells: list[StudentCell]) -> None:
        """Take cells out, whose text stands elsewhere now."""
        self.cells = [cell for cell in self.cells if not any(cell is one for one in cells)]

    def _between_neighbours(self, number: int) -> list[StudentCell]:
        """Return the cells between the graded cells before and after the one of this number."""
        above, below = (
            [_index(self.cells, self.holders[g.name]) for g in part if g.name in self.holders]
            for part in (self.known[:number], self.known[number + 1 :])
        )
        first = above[-1] + 1 if above else 0
        last = below[0] if below else len(self.cells)
        return self.cells[first:last]

    def _parts(self) -> dict[int, str]:
        """Return the solution of which each copy, by its id, is a part.

        Between a part and the solution stand other parts and cells of the student's own, and it
        does not define the function once more.
        """
        parts = {}
        for graded in self.known:
            claims = [cell.claim for cell in self.cells]
            if graded.is_solution and claims.count(graded.name) > 1:
                place = _index(self.cells, self.holders[graded.name])
                for step in (-1, 1):
                    other = place + step
                    while 0 <= other < len(claims) and claims[other] in {None, graded.name}:
                        part = claims[other] is not None
                        if part and not graded.is_defined_in(self.cells[other].source):
                            parts[id(self.cells[other])] = graded.name
                        other += step
        return parts

    def _cells_with_content_of(self, graded: GradedCell) -> list[StudentCell]:
        """Return the cells without a claim whose content says that they are this graded cell."""
        free = [cell for cell in self.cells if cell.claim is None and cell.cell_type == "code"]
        if not graded.is_solution:
            return [cell for cell in free if copied_cell(cell.source, self.known) is graded]
        return [
            cell
            for cell in free
            if graded.is_defined_in(cell.source) and not copied_cell(cell.source, self.known)
        ]

    def _seen_by_tests(
        self, solution: GradedCell, candidates: list[StudentCell]
    ) -> list[StudentCell]:
        """Return those of the candidates that stand above the tests, or else all.

        So a stub that somebody pasted at the end takes nothing from a solution.
        """
        below = self.known[self.known.index(solution) + 1 :]
        tests = takewhile(lambda graded: not graded.is_solution, below)
        held = (self.holders[graded.name] for graded in tests if graded.name in self.holders)
        first = min((_index(self.cells, cell) for cell in held), default=len(self.cells))
        above = [cell for cell in candidates if _index(self.cells, cell) < first]
        return above or candidates

    def _merged_into(self, solution: GradedCell) -> int | None:
        """Return the place below the cell, meant for another one, that defines a function."""
        if solution.cell_type != "code":
            return None
        places = [
            place
            for place, cell in enumerate(self.cells, start=1)
            if cell.cell_type == "code"
            and cell.claim not in self._locked
            and solution.is_defined_in(cell.source)
        ]
        return max(places, default=None)

    def _first_own_code(self) -> int:
        """Return the place of the first code that is a student's, or of the first test."""
        tests = {graded.name for graded in self.known if graded.is_test}
        given = self._locked - tests
        places = (
            n for n, c in enumerate(self.cells) if c.cell_type == "code" and c.claim not in given
        )
        return next(places, len(self.cells))

    def _slot(self, graded: GradedCell) -> int | None:
        """Return how many of the student's own cells stand above a locked cell, if it is there."""
        if graded.name not in self.holders:
            return None
        place = _index(self.cells, self.holders[graded.name])
        return sum(cell.claim not in self._locked for cell in self.cells[:place])

    def _slot_of_next_test(self, number: int) -> int | None:
        """Return where the first of the tests stands that follow a missing one in its exercise."""
        tests = takewhile(lambda graded: graded.is_test, self.known[number + 1 :])
        slots = (self._slot(graded) for graded in tests)
        # One of them may have been moved away.
        return min((slot for slot in slots if slot is not None), default=None)

    def _first_solution(self, own: list[StudentCell], known: Sequence[GradedCell]) -> int:
        """Return the position in `own` of the first solution among `known`."""
        places = [_index(own, self.holders[graded.name]) for graded in known if graded.is_solution]
        return min(places, default=len(own))

    def _new_holder(self, graded: GradedCell) -> StudentCell:
        """Return a new cell for one that is missing."""
        cell = StudentCell(graded.cell_type, graded.source, graded.name, graded.name)
        self.holders[graded.name] = cell
        return cell


def _index(cells: list[StudentCell], wanted: StudentCell) -> int:
    """Return where a cell stands; `list.index` would find another cell with the same text."""
    return next(number for number, cell in enumerate(cells) if cell is wanted)


def _first_code(cells: list[StudentCell], start: int) -> int:
    """Return the position of the first code cell from `start` on, or the end."""
    code = (n for n, cell in enumerate(cells) if n >= start and cell.cell_type == "code")
    return next(code, len(cells))


def _common_start(first: str, second: str) -> int:
    """Return how many characters two texts begin with alike."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    )


def _first_line(source: str) -> str:
    """Return the first line that is not blank."""
    return source.strip().partition("\n")[0].strip()
