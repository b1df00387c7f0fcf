"""A notebook's text without what grading never looks at, and bounded before it is parsed.

What a file of 20 MB becomes in memory depends on what it holds: 7 million empty dictionaries take
more than 3 GB and a minute. So outputs, and metadata and attachments that are large, are cut out
of the text, which takes neither.
"""

from __future__ import annotations

import re
from itertools import islice

# How deep lists and dictionaries may go. Python itself gives up at about 1,000; a notebook with
# plots has about 20.
MAX_JSON_DEPTH = 100
# A notebook with plots and long outputs has some 10,000 strings, lists and dictionaries.
MAX_VALUES = 200_000
# What is cut out may have more, but hardly any within five others.
MAX_STEPS = 100_000
# Of the metadata of a cell, which holds nbgrader's 200 characters.
MAX_METADATA = 10_000
MAX_ATTACHMENTS = 4_000_000

STRING = r'"(?:[^"\\]++|\\.)*+"'
# Neither begins nor ends a list or dictionary.
PLAIN = rf'[^"\[\]{{}}]++|{STRING}'
# The same with lists and dictionaries that hold only a few levels of others, passed over in one
# step: one by one, millions of them take ten times as long.
FLAT = PLAIN
for _ in range(4):
    FLAT = rf"{PLAIN}|[\[{{](?:{FLAT})*+[\]}}]"
FLAT_VALUES = re.compile(rf"(?:{FLAT})*+", re.DOTALL)
# In JSON, a quotation mark within a string follows a backslash, so this is found in no string.
KEY = re.compile(r'"(outputs|metadata|attachments)"\s*+:\s*+(?=[\[{])')
VALUE = re.compile(rf"{STRING}|[\[{{]|[^\s\[\]{{}},:\"]++", re.DOTALL)
LIMITS = {"outputs": 0, "metadata": MAX_METADATA, "attachments": MAX_ATTACHMENTS}


class TooDeepError(Exception):
    """Lists and dictionaries are nested too deep."""


class TooManyError(Exception):
    """There are too many lists and dictionaries that hold others."""


def without_ballast(text: str) -> str:
    """Return a notebook's JSON with nothing in the place of outputs, and of what is too large.

    It is no check: what is no JSON stays so. Nor is anything cut out of a text that holds little.

    Raises
    ------
    TooDeepError, TooManyError
        If what is cut out is not passed over in a few seconds.
    """
    if not _may_hold_too_many(text):
        return text
    parts, place, steps = [], 0, 0
    while found := KEY.search(text, place):
        begin = found.end()
        end, more = end_of_value(text, begin, MAX_STEPS - steps)
        steps += more
        kept = end - begin <= LIMITS[found[1]]
        parts.append(text[place : end if kept else begin])
        if not kept:
            parts.append("[]" if text[begin] == "[" else "{}")
        place = end
    parts.append(text[place:])
    return "".join(parts)


def end_of_value(text: str, begin: int, limit: int) -> tuple[int, int]:
    """Return where the list or dictionary ends that begins here, and in how many steps.

    The text's end if it does not end.

    Raises
    ------
    TooDeepError, TooManyError
        If it is nested too deep, or takes more steps than `limit`.
    """
    depth, place = 0, begin
    for step in range(limit):
        depth += 1 if text[place] in "[{" else -1
        place += 1
        if depth == 0:
            return place, step + 1
        if depth > MAX_JSON_DEPTH:
            raise TooDeepError
        flat = FLAT_VALUES.match(text, place)
        assert flat is not None  # it matches nothing, too
        place = flat.end()
        if text[place : place + 1] in ("", '"'):  # nothing, or a string that does not end
            return len(text), step + 1
    raise TooManyError


def has_too_many_values(text: str) -> bool:
    """Whether a text in JSON holds more than a notebook does."""
    return _may_hold_too_many(text) and any(islice(VALUE.finditer(text), MAX_VALUES, None))


def _may_hold_too_many(text: str) -> bool:
    """Whether a text in JSON may hold more values than a notebook does, at a glance."""
    # The shortest value takes two characters, and each but the first follows one of these.
    return len(text) > 2 * MAX_VALUES and sum(map(text.count, "[{,:")) >= MAX_VALUES
