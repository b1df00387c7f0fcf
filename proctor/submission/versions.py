"""With which versions a notebook was made: the line that a lesson prints when it starts."""

from __future__ import annotations

import platform
import re
from functools import cache
from importlib.metadata import version

PACKAGES = ("NumPy", "h5py", "Matplotlib")
_VERSION = rb"\d{1,4}\.\d{1,4}[\w.+]{0,20}"
_LINE = re.compile(
    rb"Python %b(?:, (?:%b) %b){1,3}" % (_VERSION, "|".join(PACKAGES).encode(), _VERSION)
)
_KERNEL = re.compile(rb'"version"\s*:\s*"(%b)"' % _VERSION)
_PART = re.compile(rb"(\w+) (\d+\.\d+)")

DIFFERENT = "made with {theirs}, and graded with {ours}"


def other_versions(notebook: bytes) -> str:
    """Return what to say of a notebook that was made with other versions; nothing if it was not.

    Parameters
    ----------
    notebook : bytes
        Its file, outputs included. Of several lines in it the last one counts. Without one, its
        metadata may still say which Python its kernel was.
    """
    lines = _LINE.findall(notebook) or _kernel(notebook)
    found = dict(_PART.findall(lines[-1])) if lines else {}
    theirs = {name.decode(): number.decode() for name, number in found.items()}
    different = [name for name, number in theirs.items() if number != our_versions()[name]]
    if not different:
        return ""
    texts = (
        ", ".join(f"{name} {numbers[name]}" for name in different)
        for numbers in (theirs, our_versions())
    )
    return DIFFERENT.format(theirs=next(texts), ours=next(texts))


def _kernel(notebook: bytes) -> list[bytes]:
    """Return what a notebook's metadata say of its kernel, such as ``Python 3.13.1``."""
    place = notebook.rfind(b'"language_info"')
    found = _KERNEL.search(notebook[place : place + 1000]) if place >= 0 else None
    return [b"Python " + found[1]] if found else []


@cache
def our_versions() -> dict[str, str]:
    """Return with which versions submissions are graded, as far as their first two numbers."""
    ours = {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    return {name: ".".join(number.split(".")[:2]) for name, number in ours.items()}
