"""A lesson on texts, made of the one that `make new` writes: no array is in play, and no NumPy.

Of its two functions one returns texts and no number, the other a number with decimals.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

OLD, NEW, SECOND = "moving_average", "spell_backwards", "mean_length"
WORDS = ["mountain", "rivers"]
SOLUTIONS = {
    NEW: '''\
def spell_backwards(words):
    """Spell each word backwards.

    Parameters
    ----------
    words : list of str

    Returns
    -------
    spelled : list of str
    """
    ### BEGIN SOLUTION
    return [word[::-1] for word in words]
    ### END SOLUTION
''',
    SECOND: '''\
def mean_length(words):
    """Average how long the words are.

    Parameters
    ----------
    words : list of str

    Returns
    -------
    mean : float
    """
    ### BEGIN SOLUTION
    return sum(map(len, words)) / len(words)
    ### END SOLUTION
''',
}
TESTS = {
    f"{NEW}-size": ("len({call}) == 1", ["stone"], "len({call})", "3"),
    f"{NEW}-values": ("{call} == ['on']", ["no"], "{call}", "[word[::-1] for word in words]"),
    f"{SECOND}-one": ("{call} == 5.0", ["stone"], "{call} > 0", "True"),
    f"{SECOND}-values": ("{call} == 1.5", ["a", "no"], "{call}", "len(''.join(words)) / 3"),
}
TEST = '''\
"""What is tested under {grade_id}."""
assert {visible}, "It is something else."


### BEGIN HIDDEN TESTS
def hidden_tests():
    from proctor.testing import assert_equal, fresh_rng

    rng = fresh_rng("{grade_id}")
    words = ["".join(rng.choice(list("abcxyz"), size=4)) for _ in range(3)]
    assert_equal("{call}", {hidden}, {expected})


hidden_tests()
### END HIDDEN TESTS'''
DECLARED = f'''\
"""What goes wrong in the exercises of this lesson."""

from proctor.testing import Case, Misconception, Misconceptions


def spell_backwards(words):
    spelled = []
    for word in words:
        letters = word[::-1]
        spelled.append(letters)
    return spelled


def spell_backwards_probe(rng):
    return {{
        "size": Case(["stone", "lake"], look=lambda spelled, arguments: len(spelled)),
        "values": [Case({WORDS}), Case(["no"])],
    }}


SPELL_BACKWARDS = Misconceptions(
    spell_backwards,
    spell_backwards_probe,
    Misconception(
        "forwards",
        old="word[::-1]",
        new="word",
        fails=("values",),
        sentence="The words are left as they are. Turn each of them round.",
    ),
)


def mean_length(words):
    total = 0
    for word in words:
        total += len(word)
    return total / len(words)


def mean_length_probe(rng):
    return {{"one": Case(["lake"]), "values": [Case(["a", "no"]), Case(["a", "the", "one"])]}}


MEAN_LENGTH = Misconceptions(
    mean_length,
    mean_length_probe,
    Misconception(
        "rounded_down",
        old="total / len",
        new="total // len",
        fails=("values",),
        sentence="The mean is rounded down. It may have decimals: divide with one stroke.",
    ),
)

MISCONCEPTIONS = [SPELL_BACKWARDS, MEAN_LENGTH]
'''
STUDENTS = {
    "right_loops": ("2/2", "2/2", "[''.join(reversed(word)) for word in words]",
                    "len(''.join(words)) / len(words)"),
    "forwards": ("1/2  loses values", "2/2", "list(words)", "len(''.join(words)) / len(words)"),
}  # fmt: skip


def make_text_lesson(course: Path, name: str) -> None:
    """Turn a lesson that `make new` has written into this one, but for its text."""
    folder = course / "source" / name
    (master,) = folder.glob("*.ipynb")
    notebook = nbformat.read(master, as_version=4)
    notebook.cells = _cells(notebook)
    nbformat.write(notebook, master)
    (folder / "misconceptions.py").write_text(DECLARED, encoding="utf-8")
    _write_class(course / "examples" / name)


def _cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the master's cells: those without code as they are, and two exercises."""
    ours = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    imports, solution, test = ours[0], ours[1], ours[2]
    imports.source = re.sub("import numpy.*\n|, check_guess", "", imports.source)
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    hints = next(cell for cell in texts if "<summary>Hint 1" in cell.source)
    texts.remove(hints)
    cells = [texts[0], imports, *texts[1:]]
    for function, source in SOLUTIONS.items():
        cells += [nbformat.v4.new_markdown_cell(hints.source), _like(solution, function, source)]
        cells += [nbformat.v4.new_code_cell(f"print({function}({WORDS}))")]
        cells += [nbformat.v4.new_code_cell(f"check({function})")]
        for grade_id in (key for key in TESTS if key.startswith(function)):
            cells.append(_like(test, grade_id, _test(function, grade_id)))
    return cells


def _test(function: str, grade_id: str) -> str:
    """Return the source of a test cell."""
    visible, words, hidden, expected = TESTS[grade_id]
    return TEST.format(
        grade_id=grade_id,
        visible=visible.format(call=f"{function}({words})"),
        call=f"{function}(words)",
        hidden=hidden.format(call=f"{function}(words)"),
        expected=expected,
    )


def _like(cell: NotebookNode, grade_id: str, source: str) -> NotebookNode:
    """Return a cell of another's kind."""
    made: NotebookNode = nbformat.v4.new_code_cell(
        source, metadata=nbformat.from_dict(cell.metadata)
    )
    made.metadata.nbgrader = {**cell.metadata.nbgrader, "grade_id": grade_id}
    return made


def _write_class(folder: Path) -> None:
    """Write the example class."""
    for path in folder.glob("*.py"):
        path.unlink()
    for name, (first, second, backwards, mean) in STUDENTS.items():
        header = f"# A student.\n#\n# {NEW}  {first}\n# {SECOND}  {second}\n"
        functions = {NEW: backwards, SECOND: mean}
        cells = [
            f"\n# %% {function}\ndef {function}(words):\n    return {result}\n"
            for function, result in functions.items()
        ]
        (folder / f"{name}.py").write_text("\n".join([header, *cells]), encoding="utf-8")
