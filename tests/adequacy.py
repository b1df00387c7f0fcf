"""Whether the hidden tests see every small change of a right function, and the judge names it.

Run it with ``make adequacy``. A mutation tool changes the reference of each exercise in every way
that its operators know, such as ``+`` into ``-``, and each mutant is graded like a student's
answer. A mutant is killed if it loses a behaviour. What survives has to be listed in
``tests/equivalent.py``, with the reason why it is no mistake.

    python -m tests.adequacy [LESSON ...] [--show]
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from rich.console import Console
from rich.table import Table

from proctor.diagnose.explain import NOT_ON_PROBE, NOT_ON_PROBE_OF_TEXT, UNNAMED, UNNAMED_UNSHOWN
from tests.equivalent import EQUIVALENT
from tests.support.exercises import EXERCISES
from tests.support.paths import edition
from tests.support.quick import LIMITS, QuickGrader

# What a person may write by mistake. The others make a shift or a remainder of a sum.
OPERATORS = re.compile(
    r".*/(ReplaceBinaryOperator_\w+_(Add|Sub|Mul|FloorDiv)|NumberReplacer|ZeroIterationForLoop|AddNot"
    r"|ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_(Eq|NotEq|Lt|LtE|Gt|GtE)"
    r"|ReplaceUnaryOperator_Delete_USub|ReplaceTrueWithFalse|ReplaceFalseWithTrue)"
)
# A mutant may run for ever.
QUICK = dataclasses.replace(LIMITS, call=3, submission=60)


@dataclass(frozen=True)
class Mutant:
    """A changed reference.

    Attributes
    ----------
    function : str
    line : str
        What has become of the line that was changed; empty if it was left out.
    old : str
        The line before.
    source : str
    """

    function: str
    line: str
    old: str
    source: str

    @property
    def change(self) -> str:
        """The change in one line."""
        return f"{self.old}  ->  {self.line or '(left out)'}"


@dataclass(frozen=True)
class Result:
    """What came of a mutant: the behaviours that it lost, and what was said of it."""

    mutant: Mutant
    lost: frozenset[str]
    names: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def located(self) -> bool:
        """Whether a sentence says more than that something is wrong."""
        texts = (UNNAMED, UNNAMED_UNSHOWN, NOT_ON_PROBE, NOT_ON_PROBE_OF_TEXT)
        nothing = [text.format(name=self.mutant.function) for text in texts]
        return bool(self.sentences) and self.sentences[0] not in nothing

    @property
    def equivalent(self) -> bool:
        """Whether it is listed as no mistake."""
        return (self.mutant.function, self.mutant.change) in EQUIVALENT


def mutants(function: str, source: str) -> list[Mutant]:
    """Return every mutant of a reference, each once."""
    made = {text: None for text in [*_operated(source), *_left_out(source)] if _compiles(text)}
    return [_mutant(function, source, text) for text in made if text != source]


def _operated(source: str) -> Iterator[str]:
    """Yield what the operators of the mutation tool make of a source."""
    for name in filter(OPERATORS.match, operator_names()):
        operator, occurrence = get_operator(name)(), 0
        while (text := mutate_code(source, operator, occurrence)) is not None:
            yield text
            occurrence += 1


def _left_out(source: str) -> Iterator[str]:
    """Yield a source without each of its simple statements: the tool has no operator for that."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
            first, last = node.lineno - 1, node.end_lineno or node.lineno
            stop = " " * node.col_offset + "pass\n"
            yield "".join([*lines[:first], stop, *lines[last:]])


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _mutant(function: str, source: str, text: str) -> Mutant:
    """Return a mutant with the first line that was changed."""
    pairs = zip(source.splitlines(), text.splitlines(), strict=False)
    old, line = next((old.strip(), new.strip()) for old, new in pairs if old != new)
    return Mutant(function, "" if line == "pass" else line, old, text)


def grade(grader: QuickGrader, found: list[Mutant]) -> list[Result]:
    """Grade mutants, each as the only wrong function of a submission."""

    def result(mutant: Mutant) -> Result:
        graded = grader.grade({mutant.function: mutant.source}, QUICK)
        facts = graded.facts(mutant.function)
        lost = frozenset(graded.lost().get(mutant.function, ()))
        sentences = tuple(facts.get("sentences", ()))
        return Result(mutant, lost, tuple(facts.get("misconceptions", ())), sentences)

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(result, found))


def judge(master: Path, say: Callable[[Result], None]) -> tuple[Table, list[Result]]:
    """Grade all mutants of a lesson; return its table, and what survives without a reason."""
    title = f"{master.parent.name}: mutants of the references"
    table = Table("function", "mutants", "equivalent", "killed", "named", "or located", title=title)
    table.add_column("killed by")
    survivors: list[Result] = []
    grader = QuickGrader(master, edition("release", master))
    try:
        for name, exercise in EXERCISES[master][0].items():
            results = grade(grader, mutants(name, exercise.source))
            killed = [result for result in results if result.lost]
            alive = [result for result in results if not result.lost]
            equal = [result for result in alive if result.equivalent]
            survivors += [result for result in alive if not result.equivalent]
            by = Counter(behaviour for result in killed for behaviour in result.lost)
            named = sum(bool(result.names) for result in killed)
            located = sum(bool(result.names) or result.located for result in killed)
            share = f"{len(killed)} of {len(results) - len(equal)}"
            behaviours = ", ".join(f"{behaviour} {count}" for behaviour, count in by.most_common())
            row = name, str(len(results)), str(len(equal)), share, str(named), str(located)
            table.add_row(*row, behaviours)
            for result in killed:
                say(result)
    finally:
        grader.close()
    return table, survivors


def main() -> int:
    """Print the tables, and return 1 if a mutant survives that is not listed as equivalent."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON")
    parser.add_argument("--show", action="store_true", help="print what is said of each mutant")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140)

    def say(result: Result) -> None:
        if arguments.show:
            names = ", ".join(result.names) or "-"
            text = f"{result.mutant.function}: {result.mutant.change}\n    {names}: "
            console.print(text + " ".join(result.sentences), markup=False, highlight=False)

    survivors = []
    for master in EXERCISES:
        if not arguments.lessons or master.parent.name in arguments.lessons:
            table, alive = judge(master, say)
            console.print(table)
            survivors += alive
    for result in survivors:
        text = f"No test sees this: {result.mutant.function}: {result.mutant.change}"
        console.print(text, markup=False, highlight=False)
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
