"""Every message that the kernel gets, its history and its variables are searched for the canary.

graded: 30
note: calls heard: True, canaries: set()
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

LISTEN = """
import re

kernel = get_ipython().kernel
session = kernel.session
honest = session.deserialize
heard = []


def deserialize(parts, *args, **kwargs):
    heard.extend(bytes(part) for part in parts)
    return honest(parts, *args, **kwargs)


session.deserialize = deserialize
"""
SHOW = """
text = b"".join(heard) + repr(In).encode() + repr(sorted(globals())).encode()
found = set(re.findall(rb"canary-[0-9a-f]{32}", text))
found |= {word for word in (b"hidden" b"_tests", b"assert" b"_close") if word in b"".join(heard)}
print("calls heard:", b"zero_pad" in text and len(heard) > 100, end="")
print(", canaries:", found)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, LISTEN, before="zero_pad")
    insert(right, SHOW, before="end")
    save(folder, right)
