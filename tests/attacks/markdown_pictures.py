"""Pictures and links in Markdown, which the formgrader's page would fetch or follow.

graded: 30
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert_text, save

TEXTS = [
    """
    ![x](http://example.com/seen.png) ![y][far] ![z](//example.com/z.png) ![w](/hub/logout)

    [far]: http://example.com/far.png
    """,
    """
    [data](data:text/html,<script>alert(1)</script>) [logout](/hub/logout) <http://example.com/auto>
    http://example.com/bare [![picture](http://example.com/in.png)](//example.com/link) [ref]

    > [ref]:
    > <http://example.com/quoted> "title"
    """,
    """
    <img src=/hub/logout> <a href="//example.com">x</a> <style>p {background: url(//example.com)}
    </style> <svg><image href="http://example.com/s.png"/></svg>
    <video poster="/hub/logout"></video>
    <b style="background: url(//example.com/b.png)" onclick="alert(1)">b</b>
    """,
    r"""
    $\style{background: url(http://example.com/style.png)}{x}$ $\href{/hub/logout}{x}$ 
    &#36;&#92;bbox[background: url(//example.com/bbox.png)]{x}&#36;
    $\mmlToken{mglyph}[src="//example.com/m.png"]{}$

    ```mermaid
    click A href "http://example.com/mermaid"
    ```
    """,
]
LATEX = r"""
from IPython.display import Latex, display

display(Latex(r"$\style{background: url(http://example.com/output.png)}{x} \href{/hub/logout}{x}$"))
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for text in TEXTS:
        insert_text(right, text, before="zero_pad")
    save(folder, right)
