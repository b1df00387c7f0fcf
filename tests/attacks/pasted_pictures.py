"""Attachments: a picture as JupyterLab pastes it, and what would be none or do harm as one.

graded: 30
"""

from __future__ import annotations

import base64
from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert_text, save

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
TEXT = """
My window:

![window.png](attachment:window.png)
<img src="attachment:window.png" width="100" onerror="alert(3)">
![drawn](attachment:drawn.svg) ![page](attachment:page.png) ![huge](attachment:huge.png)
![missing](attachment:missing.png) ![quoted](attachment:"onerror="alert(4)) ![](attachment:)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert_text(right, TEXT, before="zero_pad")
    text = next(entry for entry in right.cells if "attachment:" in entry.source)
    huge = bytearray(base64.b64decode(PNG))
    huge[16:24] = b"\0\1\0\0" * 2
    text["attachments"] = {
        "window.png": {"image/png": PNG},
        "drawn.svg": {"image/svg+xml": [SVG]},
        "page.png": {"image/png": base64.b64encode(b"<script>alert(5)</script>").decode()},
        "huge.png": {"image/png": base64.b64encode(huge).decode()},
        '"onerror="alert(4)': {'image/png"onerror="alert(6)': PNG, "text/html": SVG},
        "": {},
        "list": [],
    }
    save(folder, right)
