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

from ..submission.passive import pieces, without_gaps

LONGEST_COMMENT = 20_000
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


class FormulaRenderer(IPythonRenderer):
    """Writes formulas as MathML, which browsers show without a script."""

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return a block of code, of which only Python has colours; called by the parser."""
        if (info or "").strip() in PYTHON:
            return coloured(code, HtmlFormatter())
        return str(Markup("<pre><code>{}</code></pre>\n").format(code))

    def inline_math(self, body: str) -> str:
        """Return a formula in a line; called by the parser."""
        return _formula(body, "inline")

    def block_math(self, body: str) -> str:
        """Return a formula in a line of its own; called by the parser."""
        return _formula(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        """Return a formula that is an environment of its own; called by the parser."""
        return _formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")


class CommentRenderer(FormulaRenderer):
    """Writes what a grader wrote."""

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """Return a heading below those of the page; called by the parser."""
        level = min(level + 2, 6)
        return f"<h{level}>{text}</h{level}>\n"


def comment(text: str) -> Markup:
    """Return a comment, which its writer has written in Markdown with formulas.

    Parameters
    ----------
    text : str
        Of which at most `LONGEST_COMMENT` characters are shown.
    """
    renderer = CommentRenderer(escape=True, allow_harmful_protocols=False)
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


def _formula(body: str, display: str) -> str:
    """Return a formula as MathML, or as it was written if that cannot be read."""
    try:
        html = str(convert(body.strip(), display=display))
    except Exception:  # whatever it stumbles over
        return str(Markup("<code>{}</code>").format(body))
    # Text in a formula is whatever its writer wants it to be.
    return str(bleach.clean(html, _MATH.split(), ATTRIBUTES, strip=True))
