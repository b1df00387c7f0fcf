"""What came from a student, as it may be printed: on a terminal, in a table, on a page.

Whatever is a name, a reason or an output goes through one of these. A terminal obeys escape
codes, a spreadsheet computes formulas, and everywhere some characters hide others or turn their
order around. What is not shown as it is, is shown as Python would write it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import PurePath

LONGEST_NAME = 100
FEW = 10
"""How many of several names or notes are shown."""
# Control and format characters, halves of pairs, ends of lines and paragraphs.
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Unicode counts these among letters, marks and symbols, but they have no shape.
INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")
# They join letters of Indic and Arabic scripts, and the parts of an emoji.
JOINERS = "\u200c\u200d"
# What may have to be written out, in a line and in a text of several.
ODD, ODD_IN_TEXT = re.compile(r"[^ -~]"), re.compile(r"[^ -~\n\t]")
# What a spreadsheet takes for the beginning of a formula, in full width, too.
FORMULA = re.compile("\\s*[=+\\-@|%\t\r\uff1d\uff0b\uff0d\uff20]")
# And where it would find one if it took another sign for what separates cells: behind the last of
# several, so that no run of them is read more than once. After a dash and a blank, words are none
# unless they call a function or a program.
LATER = (
    '(?<=[{separators}])(?=(?:[^\\S{separators}]|")*(?:[=+@|%\uff1d\uff0b\uff0d\uff20]'
    "|-\\w|-\\s*[\\d(+=@]|-[^;,\t\n]*(?:\\||\\w\\s*\\()))"
)
SEPARATORS = ";,\t\n"


def shown(name: str | PurePath) -> str:
    """Return a name as it may be printed on one line of a terminal.

    >>> shown("a\\x1b[2Kb")
    'a\\\\x1b[2Kb'
    """
    text = _clean(str(name))
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def named(student: str, name: str | None = "") -> str:
    """Return a student's id as it may be printed, with the name beside it if that says more.

    >>> named("10437", "Ada Lovelace")
    '10437 Ada Lovelace'
    """
    return shown(student if name in (None, "", student) else f"{student} {name}")


def full_name(first: str | None, last: str | None) -> str:
    """Return first and last name, as far as they are known."""
    return " ".join(filter(None, (first, last)))


def counted(number: int, thing: str) -> str:
    """Return how many there are of a thing, such as ``"1 page"`` or ``"2 pages"``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def few(names: Sequence[str]) -> str:
    """Return the first of some names as they may be printed, and how many more there are."""
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(map(shown, names[:FEW])) + more


def shown_text(text: str) -> str:
    """Return a text of several lines as it may be printed on a terminal, or shown on a page.

    >>> shown_text("one\\nt\\x1b]0;wo")
    'one\\nt\\\\x1b]0;wo'
    """
    return _clean(text, JOINERS, ODD_IN_TEXT)


def shown_in_table(text: str) -> str:
    """Return a text as it may stand in a file that a spreadsheet opens.

    >>> shown_in_table('=HYPERLINK("http://example.com")')
    '\\'=HYPERLINK("http://example.com")'
    """
    text = later_formula(",").sub("'", _clean(text, JOINERS))
    return f"'{text}" if FORMULA.match(text) else text


@cache
def later_formula(delimiter: str) -> re.Pattern[str]:
    """Return what finds where a formula would begin if cells were separated by another sign."""
    return re.compile(LATER.format(separators=SEPARATORS.replace(delimiter, "")))


def _clean(text: str, kept: str = "", odd: re.Pattern[str] = ODD) -> str:
    """Return a text with what is not shown as it is written out, but for some characters."""

    def written_out(found: re.Match[str]) -> str:
        letter = found[0]
        hidden = unicodedata.category(letter) in HIDDEN or INVISIBLE.match(letter)
        return letter.encode("unicode_escape").decode() if hidden and letter not in kept else letter

    return odd.sub(written_out, text)
