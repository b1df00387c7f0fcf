"""The class report as one page that fetches nothing, for screen, phone and paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..submission.clean import shown, shown_text
from . import plots, usage
from .about import due_in_words, duration_in_words
from .states import NOTHING
from .summary import Summary, share_of_all
from .text import breakable, inline

TEMPLATES = Path(__file__).parent / "templates" / "class_report"
NAMED = 30
"""How many students a line names."""
MOST_ALIKE = 20
"""How many groups of similar answers are shown."""


class Names:
    """What students are called on the page.

    Parameters
    ----------
    summaries : sequence of Summary
    anonymous : bool
        Whether they only have numbers, in the order of their points.
    """

    def __init__(self, summaries: Sequence[Summary], anonymous: bool) -> None:
        self._names: dict[str, str] = {}
        for summary in summaries:
            for student, entry in summary.entries.items():
                name = entry.name
                self._names[student] = name if name == student else f"{name} ({student})"
        self.anonymous = anonymous
        if anonymous:
            known = sorted(
                {student for summary in summaries for student in summary.states},
                key=lambda student: (-share_of_all(summaries, student), student),
            )
            self._names = {student: f"Student {n}" for n, student in enumerate(known, 1)}

    def __call__(self, student: str) -> str:
        """Return one student's name as it may be shown."""
        return shown(self._names.get(student, student))

    def several(self, students: Sequence[str]) -> str:
        """Return names in one line, or how many there are."""
        if self.anonymous:
            return f"{len(students)} students"
        more = f" and {len(students) - NAMED} more" if len(students) > NAMED else ""
        return ", ".join(map(self, students[:NAMED])) + more


def lesson_page(summary: Summary, anonymous: bool = False, unnamed: str = "") -> str:
    """Return the page of a lesson.

    Parameters
    ----------
    summary : Summary
    anonymous : bool, optional
        Whether it shows neither names nor ids, nor anything that a student wrote.
    unnamed : str, optional
        What is known of losses without a name, as text; it may name students.
    """
    name = Names([summary], anonymous)
    graded = summary.graded
    facts: dict[str, Any] = {
        "lesson": summary,
        "name": name,
        "due": due_in_words(summary.due) if summary.due else "",
        "late": [
            (name(entry.student), duration_in_words(entry.late.total_seconds()), entry.penalty)
            for entry in graded
            if entry.late
        ],
        "counts": _counts(summary),
        **_helped(summary, name),
        "groups": summary.alike.groups[:MOST_ALIKE],
        "outliers": usage.in_words(summary.outliers(), name),
        "rule": usage.RULE,
        "more_groups": max(0, len(summary.alike.groups) - MOST_ALIKE),
        "plots": {
            "behaviours": plots.behaviours(summary.items) if summary.items else None,
            "total": plots.distribution([entry.points for entry in graded], summary.maximum),
            "exercises": plots.exercises(summary.functions()),
        },
        "unnamed": "" if anonymous else unnamed,
    }
    return _rendered("lesson.html.j2", facts)


def course_page(summaries: Sequence[Summary], anonymous: bool = False) -> str:
    """Return the page of all lessons that have been graded."""
    name = Names(summaries, anonymous)
    students = sorted(
        {student for summary in summaries for student in summary.states},
        key=lambda student: (share_of_all(summaries, student), student),
    )
    facts: dict[str, Any] = {
        "lessons": summaries,
        "name": name,
        "students": [
            (
                name(student),
                [one.in_few_letters(student) for one in summaries],
                f"{share_of_all(summaries, student):.0%}",
            )
            for student in students
        ],
        **_helped(summaries[-1], name),
        "plot": plots.exercises(
            {
                summary.lesson: [summary.share(entry.student) for entry in summary.graded]
                for summary in summaries
            }
        ),
    }
    return _rendered("course.html.j2", facts)


def _counts(summary: Summary) -> str:
    """Return how many students there are of each state, in words."""
    counts = Counter(state.status for state in summary.states.values())
    return ", ".join(f"{number} {status}" for status, number in counts.items())


def _helped(summary: Summary, name: Names) -> dict[str, Any]:
    """Return who needs help and why, and apart from them who handed in nothing."""
    return {
        "helped": [
            (name(student), _reasons(student, why, summary, name.anonymous))
            for student, why in summary.helped.items()
            if why != (NOTHING,)
        ],
        "nothing": [name(student) for student, why in summary.helped.items() if why == (NOTHING,)],
    }


def _reasons(
    student: str, reasons: Sequence[str], summary: Summary, anonymous: bool
) -> Sequence[str]:
    """Return why somebody needs help; where nobody is named, a refusal names no files either."""
    if not anonymous:
        return reasons
    state = summary.states[student]
    return [state.status if state.text and state.text in reason else reason for reason in reasons]


def _rendered(template: str, facts: dict[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever a student or an LMS wrote is shown as text, without what hides or turns text.
        finalize=_shown,
    )
    filters: dict[str, Callable[..., Any]] = {"inline": inline, "breakable": breakable}
    environment.filters |= filters
    return environment.get_template(template).render(facts)


def _shown(value: Any) -> Any:
    return type(value)(shown_text(value)) if isinstance(value, str) else value
