"""Text on a feedback page, as HTML in which nothing can run and nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import bleach
from latex2mathml.converter import convert
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..submission.passive import MAX_ALL_FORMATTED, is_quick, pieces, without_gaps

LONGEST_COMMENT = 20_000
# Of a formula, in characters, since it takes the square of their time, and of all in a page. A
# lesson has 120 of 2,000.
LONGEST_FORMULA, ALL_FORMULAS = 1_000, 20_000
# What the shortest formula or text takes, in characters.
LEAST_FORMULA, LEAST_TEXT = 10, 100
_TEXT = (
    "p br strong em del code pre ul ol li blockquote a hr h3 h4 h5 h6 table thead tbody tr th td"
)
_MATH = (
    "math semantics mrow mi mn mo ms mtext mspace msqrt mroot mfrac msub msup msubsup mover munder "
    "munderover mtable mtr mtd mstyle menclose mpadded mphantom"
)
TAGS = frozenset(f"{_TEXT} {_MATH}".split())
ATTRIBUTES = {
    "a": ["href"],
    "math": ["display", "xmlns"],
    "mo": ["stretchy", "fence", "form"],
    "mi": ["mathvariant"],
    "mtd": ["columnalign"],
}
# Between two of them, a long name may go on in the next line.
NAME = re.compile(r"(?<=\w)_(?=\w)")


PYTHON = {"python", "python3", "py"}
"""What a block of code in Markdown may call itself to be coloured."""


class QuickLexer(PythonLexer):  # type: ignore[misc]
    """Colours Python in a time that grows with the length of the code, whatever it is."""

    def get_tokens_unprocessed(
        self, text: str, stack: tuple[str, ...] = ("root",)
    ) -> Iterator[tuple[int, Any, str]]:
        """Yield what the code consists of; called by pygments."""
        begin = 0
        for piece in pieces(text):
            for place, kind, value in super().get_tokens_unprocessed(piece, stack):
                yield begin + place, kind, value
            begin += len(piece)


def coloured(code: str, formatter: HtmlFormatter[str]) -> str:
    """Return Python as HTML, in little time if no lines of it are very long."""
    html: str = highlight(without_gaps(code), QuickLexer(stripnl=False), formatter)
    return html


class Room:
    """What a page may have yet of what takes long: formulas, and outputs that hold them."""

    def __init__(self) -> None:
        self.formulas, self.texts = ALL_FORMULAS, MAX_ALL_FORMATTED

    def has_formula(self, body: str) -> bool:
        """Whether a formula may be converted, which takes room."""
        needed = len(body) + LEAST_FORMULA
        fits = len(body) <= LONGEST_FORMULA and needed <= self.formulas
        self.formulas -= needed if fits else 0
        return fits

    def has_text(self, text: str) -> bool:
        """Whether an output may be read as Markdown, which takes room."""
        needed = len(text) + LEAST_TEXT
        fits = is_quick(text) and needed <= self.texts
        self.texts -= needed if fits else 0
        return fits


class FormulaRenderer(IPythonRenderer):
    """Writes formulas as MathML, which browsers show without a script.

    Parameters
    ----------
    room : Room, optional
        Of the page; a new one if it is not given.
    **options
        Those of nbconvert's renderer.
    """

    def __init__(self, room: Room | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.room = room or Room()

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return a block of code, of which only Python has colours; called by the parser."""
        if (info or "").strip() in PYTHON:
            return coloured(code, HtmlFormatter())
        return str(Markup("<pre><code>{}</code></pre>\n").format(code))

    def inline_math(self, body: str) -> str:
        """Return a formula in a line; called by the parser."""
        return _formula(body, "inline", self.room)

    def block_math(self, body: str) -> str:
        """Return a formula in a line of its own; called by the parser."""
        return _formula(body, "block", self.room)

    def latex_environment(self, name: str, body: str) -> str:
        """Return a formula that is an environment of its own; called by the parser."""
        return _formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block", self.room)


class CommentRenderer(FormulaRenderer):
    """Writes what a grader wrote."""

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """Return a heading below those of the page; called by the parser."""
        level = min(level + 2, 6)
        return f"<h{level}>{text}</h{level}>\n"


def comment(text: str, room: Room | None = None) -> Markup:
    """Return a comment, which its writer has written in Markdown with formulas.

    Parameters
    ----------
    text : str
        Of which at most `LONGEST_COMMENT` characters are shown.
    room : Room, optional
        For its formulas.
    """
    renderer = CommentRenderer(room, escape=True, allow_harmful_protocols=False)
    html = MarkdownWithMath(renderer=renderer).render(text[:LONGEST_COMMENT])
    protocols = ["http", "https", "mailto"]
    # Made of passive tags only, whatever the text and the parser made of it.
    return Markup(bleach.clean(html, TAGS, ATTRIBUTES, protocols, strip=True))


def inline(text: str) -> Markup:
    """Return a sentence, in which what stands between backticks is code."""
    parts = [
        Markup("<code>{}</code>").format(breakable(part)) if number % 2 else escape(part)
        for number, part in enumerate(re.split("`([^`]*)`", text))
    ]
    return Markup("").join(parts)


def breakable(name: str) -> Markup:
    """Return a name that may be broken after an underscore, and nowhere else."""
    return Markup("_<wbr>").join(escape(part) for part in NAME.split(name))


def _formula(body: str, display: str, room: Room) -> str:
    """Return a formula as MathML, or as it was written if that takes long or cannot be read."""
    as_written = str(Markup("<code>{}</code>").format(body))
    if not room.has_formula(body):
        return as_written
    try:
        html = str(convert(body.strip(), display=display))
    except Exception:  # whatever it stumbles over
        return as_written
    # Text in a formula is whatever its writer wants it to be.
    return str(bleach.clean(html, _MATH.split(), ATTRIBUTES, strip=True))
