"""What nobody knew yet: students who lost points in the same way, for a reason without a name.

Grading leaves a digest of what such a function does on the probe in the graded notebook (see
`proctor.diagnose.unnamed`). Two students with the same digest have probably made the same
mistake: one that the author may add to misconceptions.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from textwrap import indent

from ..diagnose.unnamed import RIGHT
from ..submission.clean import few, shown, shown_text
from ..submission.passive import cut_code
from .graded import GradedWork

LONGEST_CODE = 4_000
LINES = 6
"""How many outcomes it tells."""

STUB = """\
Misconception(
    "TODO_a_short_name",
    old="TODO: a text of the reference",
    new="TODO: what they write instead",
    fails={fails},
    sentence="TODO: what the code does. What it should do instead.",
),
"""
TITLE = "What nobody knew yet"
HEAD = "{function}: {count} students lose {lost} in the same way, and nobody has named it yet"
NOT_ON_PROBE = "The probe does not show it: give it a case in which this code is wrong."


@dataclass(frozen=True)
class Group:
    """Students whose functions do the same on the probe, and no misconception explains it.

    All texts come from students or from their results: show them as text only.

    Attributes
    ----------
    function : str
    students : tuple of str
        Two or more.
    lost : tuple of str
        The behaviours that all of them lost.
    cases : tuple of tuple
        For each case of the probe its behaviour, which may be empty, and what comes of it.
    sentences : tuple of str
        What all of them read: the text of an exception may be one student's alone.
    author, code : str
        Whose code is the shortest, and that code.
    """

    function: str
    students: tuple[str, ...]
    lost: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    author: str
    code: str

    @property
    def stub(self) -> str:
        """What the author may put into misconceptions.py and fill in."""
        return STUB.format(fails=repr(self.lost).replace("'", '"'))

    @property
    def outcome(self) -> str:
        """What the functions do on the probe, in words: cases with the same outcome together."""
        behaviours: dict[str, list[str]] = {}
        for behaviour, words in self.cases:
            named = behaviours.setdefault(words, [])
            if behaviour and behaviour not in named:
                named.append(behaviour)
        lines = [
            f"{', '.join(named).replace('_', ' ') or 'other calls'}: {words}"
            for words, named in behaviours.items()
        ]
        if set(behaviours) == {RIGHT}:
            return NOT_ON_PROBE
        more = len(lines) - LINES
        return "\n".join([*lines[:LINES], *([f"and {more} other outcomes"] if more > 0 else [])])


def unnamed_groups(work: Mapping[str, GradedWork]) -> list[Group]:
    """Return the groups of students who lost points in the same way, the largest first.

    Parameters
    ----------
    work : mapping of str to GradedWork
        What graded notebooks of one lesson say, by student.
    """
    alike: dict[tuple[str, ...], list[Group]] = {}
    for student, graded in work.items():
        for digest, loss in _losses(student, graded):
            key: tuple[str, ...] = (loss.function, digest)
            # What is right on the probe is told apart by nothing but the behaviours.
            if all(words == RIGHT for _, words in loss.cases):
                key += loss.lost
            alike.setdefault(key, []).append(loss)
    groups = [_group(losses) for losses in alike.values() if len(losses) > 1]
    return sorted(groups, key=lambda group: -len(group.students))


def unnamed_text(groups: Iterable[Group]) -> str:
    """Return the groups as a text that may be printed on a terminal; empty if there are none."""
    texts = [_text(group) for group in groups]
    return "\n".join([TITLE, "", *texts]) if texts else ""


def _group(losses: list[Group]) -> Group:
    """Bring together students who made the same mistake."""
    first = losses[0]
    example = min(losses, key=lambda loss: (not loss.code, len(loss.code)))
    return replace(
        first,
        students=tuple(loss.author for loss in losses),
        lost=tuple(b for b in first.lost if all(b in loss.lost for loss in losses)),
        sentences=tuple(s for s in first.sentences if all(s in loss.sentences for loss in losses)),
        author=example.author,
        code=cut_code(example.code, LONGEST_CODE),
    )


def _losses(student: str, graded: GradedWork) -> Iterator[tuple[str, Group]]:
    """Yield what a student lost without a name, as a group of one, each after its digest."""
    for function, facts in graded.facts.items():
        found = None
        # One student's notebook must not spoil the report.
        with suppress(KeyError, TypeError, ValueError):
            digest, cases = facts["unnamed"]["digest"], facts["unnamed"]["cases"]
            found = Group(
                function,
                (student,),
                tuple(graded.failed.get(function, ())),
                tuple((str(behaviour), str(words)) for behaviour, words in cases),
                tuple(" ".join(str(sentence).split()) for sentence in facts["sentences"]),
                student,
                graded.code.get(function, ""),
            )
        if found:
            yield str(digest), found


def _text(group: Group) -> str:
    """Return a group as text."""
    lost = ", ".join(group.lost).replace("_", " ")
    lines = [HEAD.format(function=group.function, count=len(group.students), lost=lost)]
    parts = {
        "Students": few(group.students),
        "On the probe": group.outcome,
        "They read": "\n".join(group.sentences),
        f"The shortest code, by {shown(group.author)}": group.code,
        "For misconceptions.py": group.stub.rstrip(),
    }
    for title, text in parts.items():
        lines += [f"  {title}:", indent(text, "    ")] if text else []
    return shown_text("\n".join(lines)) + "\n"
