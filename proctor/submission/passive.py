"""What a student wrote and showed, made safe and quick to look at in a browser.

nbconvert turns Markdown into a page for the formgrader. A picture in it is fetched by whoever
opens the page, a link leads anywhere, TeX can set styles, and some texts take its parser minutes.
All of these are told by a few characters, whose meaning a blank takes away: what is left is read
as it was written, in code and formulas, too. Only pictures that are known stay pictures.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator
from typing import Any
from urllib.parse import unquote

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution

from .clean import shown_text
from .pictures import kept_pictures

# Of Markdown that is shown as such, in characters: of a cell, and of all. A lesson has 30,000.
MAX_FORMATTED, MAX_ALL_FORMATTED = 10_000, 150_000
# How often it may begin a formula in a way that nbconvert looks for the end of each time.
MAX_FORMULAS = 100
FORMULA = re.compile(r"\\begin|\\\\[(\[]|\$\$")
# Of a source that is shown at all.
MAX_SHOWN, MAX_ALL_SHOWN = 50_000, 300_000
# Of a line of code: what colours it takes a time that grows with the square of some lines.
MAX_LINE = 1_000
# Of blank lines in a row: what colours code reads all of them anew at the beginning of each.
MAX_BLANK = 20
# Of what is coloured at once, in characters: there are more texts like these.
MAX_PIECE = 5_000
WAS_CUT = "[Cut here for display: "
CUT = "{begin}\n{mark}" + WAS_CUT + "{number:,} characters, SHA-256 {digest}]"

STATEMENT = re.compile(r"\n\n(?=\S)")

# The beginning of a tag, but for bare tags that only give text a form, or fold it.
TAG = re.compile(
    r"<(?!/?(?:b|br|code|details|em|i|kbd|small|strong|sub|summary|sup)>)(?=[a-zA-Z/!?])"
)
# Links, pictures, their definitions, and addresses that become links by themselves.
LINK = re.compile(r"\](?=[(:])|:(?=//)")
# The language of a block of code chooses the program that colours or draws it.
LANGUAGE = re.compile(
    r"^([^`~\n]*+[`~]{3,}+)[ \t]*+(?!(?:python3?|py|text|bash|sh|json)\s*$)"
    r"(?=[^\s`~][^`\n]*$)",
    re.MULTILINE,
)
# A character by its number or name, which could be one of TeX's.
ENTITY = re.compile(r"&(?=#|(?!(?:amp|gt|lt|nbsp|quot);)\w{1,40};)")
# What MathJax makes links, styles and elements of, or loads more of itself for.
TEX = re.compile(
    r"\\(?=(?:href|url|style|class|cssId|bbox|require|mmlToken|unicode|includegraphics|html\w*|"
    r"data|texttip|tooltip|toggle|newcommand|renewcommand|newenvironment|renewenvironment|"
    r"[gx]?def|edef|let|futurelet|csname|input)(?![a-z]))",
    re.IGNORECASE,
)
# Pictures as they are written, and as they are after their links are none any more. After a
# backslash, the rest would be a link.
IMG = re.compile(
    r"<img\b[^<>]{0,500}?\bsrc\s*=\s*[\"']?attachment:([^\"'\s<>]{1,300})[^<>]{0,500}>"
)
PICTURE = re.compile(r"(?<!\\)!\[([^\[\]\n]{0,1000})\] \((attachment:)?([^()\s]{1,300})\)")
ALT = re.compile(r"[<>\"&\\$`]+")
COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
PICTURE_FILE = re.compile(r"(?:[\w-]+/)*[\w-]+\.(?:png|jpe?g)")


def make_passive(nb: NotebookNode, given: Container[str]) -> None:
    """Make sources, attachments and outputs of a graded notebook safe and quick to look at.

    Parameters
    ----------
    nb : NotebookNode
    given : container of str
        Names of the lesson's own files, whose pictures may be shown.
    """
    formatted = shown = 0
    # What a person grades comes first: nothing else may take its room.
    for cell in sorted(nb.cells, key=lambda cell: not (is_grade(cell) and is_solution(cell))):
        limit = min(MAX_SHOWN, MAX_ALL_SHOWN - shown)
        for output in cell.get("outputs", []):
            _clean_output(output)
        if is_locked(cell):
            continue  # it has the master's source
        if cell.cell_type == "code":
            cell.source = shown_text(cut_code(with_plain_ends(cell.source), limit))
        else:
            text = cut(with_plain_ends(cell.source), limit)
            attachments = cell.pop("attachments", None)
            if is_quick(text) and formatted + len(text) <= MAX_ALL_FORMATTED:
                formatted += len(text)
                cell.source, pictures = passive_text(text, attachments, given)
                if pictures:
                    cell["attachments"] = NotebookNode(pictures)
            else:
                cell.source = fenced(text)
        shown += len(cell.source)


def with_plain_ends(text: str) -> str:
    """Return a text whose lines end as they do in Python."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, and what says that there was more."""
    return text if len(text) <= limit else _cut(text, text[: max(limit, 0)], "")


def cut_code(source: str, limit: int) -> str:
    """Return code of at most `limit` characters with short lines, and whether there was more."""
    begin = without_gaps(source[: max(limit, 0)])
    short = "\n".join(line[:MAX_LINE] for line in begin.split("\n"))
    return source if short == source else _cut(source, short, "# ")


def without_gaps(code: str) -> str:
    """Return code without the blank lines that are more than `MAX_BLANK` in a row."""
    blank, kept = 0, []
    for line in with_plain_ends(code).split("\n"):
        blank = 0 if line.strip() else blank + 1
        if blank <= MAX_BLANK:
            kept.append(line)
    return "\n".join(kept)


def pieces(code: str) -> Iterator[str]:
    """Yield code in pieces that are short enough for what reads them in the square of the time.

    If possible, a piece ends after a blank line before one without an indent: no text of several
    lines goes on there, but for odd ones.
    """
    while len(code) > MAX_PIECE:
        begin = code[:MAX_PIECE]
        ends = [found.end() for found in STATEMENT.finditer(begin)]
        end = ends[-1] if ends else begin.rfind("\n") + 1 or MAX_PIECE
        yield code[:end]
        code = code[end:]
    yield code


def _cut(text: str, begin: str, mark: str) -> str:
    # So that somebody who compares two of them sees that they differ.
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return CUT.format(begin=begin, mark=mark, number=len(text), digest=digest)


def is_quick(markdown: str) -> bool:
    """Whether nbconvert makes a page of a text in little time."""
    formulas = FORMULA.finditer(markdown)
    return len(markdown) <= MAX_FORMATTED and sum(1 for _ in formulas) <= MAX_FORMULAS


def fenced(text: str) -> str:
    """Return a text as a block of code, which is shown as it is."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{shown_text(text)}\n{fence}"


def passive_text(
    markdown: str, attachments: Any = None, given: Container[str] = ()
) -> tuple[str, dict[str, dict[str, str]]]:
    """Return a student's Markdown in which nothing runs or is fetched, and its pictures."""
    kept = kept_pictures(attachments)
    names = {name: f"picture-{number}.{_ending(kept[name])}" for number, name in enumerate(kept, 1)}

    def picture(found: re.Match[str]) -> str:
        alt, attached, name = ALT.sub(" ", found[1]).strip(), found[2], found[3]
        name = names.get(name) or names.get(unquote(name), "") if attached else name
        if not name or not (attached or (name in given and PICTURE_FILE.fullmatch(name))):
            return found[0]
        return f"![{alt}]({found[2] or ''}{name})"

    text = IMG.sub(r"![](attachment:\1)", shown_text(markdown))
    text = LANGUAGE.sub(r"\1 text ", text)
    text = ENTITY.sub("& ", TAG.sub("< ", LINK.sub(r"\g<0> ", text)))
    text = TEX.sub(r"\\ ", text)
    return PICTURE.sub(picture, text), {names[name]: kept[name] for name in kept}


def _ending(formats: dict[str, str]) -> str:
    return "png" if "image/png" in formats else "jpg"


def _clean_output(output: NotebookNode) -> None:
    """Take from an output what hides text; its TeX, which may hold Markdown, is made passive."""
    data = output.get("data", {})
    if isinstance(data.get("text/latex"), str):
        data["text/latex"], _ = passive_text(data["text/latex"])
    texts = (output, "text"), (output, "ename"), (output, "evalue"), (data, "text/plain")
    for place, name in texts:
        if isinstance(place.get(name), str):
            place[name] = _with_colours(place[name])
    if "traceback" in output:
        output["traceback"] = [_with_colours(line) for line in output["traceback"]]


def _with_colours(text: str) -> str:
    """Return a clean text that keeps the codes for colours, of which nbconvert makes some."""
    parts = COLOUR.split(text)
    return "".join(shown_text(part) if n % 2 == 0 else part for n, part in enumerate(parts))
