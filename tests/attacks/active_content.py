"""HTML, JavaScript, SVG, LaTeX and Markdown that would run, in outputs, sources and texts.

graded: 22
note: shown
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, insert_text, replace, save

SOURCE = """
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

script = "<script>alert('x')</script><img src='http://example.com/x.png' onerror='alert(2)'>"
svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(3)'><script>alert(4)</script></svg>"
display(HTML(script + "<iframe src='http://example.com'></iframe>"))
display(Javascript("alert(5)"))
display(SVG(svg))
display(Latex(f"$x$ {script}"))
display(Markdown(f"[click](javascript:alert(6)) {script}"))
display({"text/plain": script, "application/json": {"a": script}}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": script}}, raw=True)
print(script, "\\x1b[31m" + script, "shown")
"""
POOL = """
def pool_forward(A_prev, hparameters, mode="max"):
    raise ValueError("<script>alert(7)</script><img src='http://example.com/y' onerror='alert(8)'>")
"""
TEXT = """
<script>alert(9)</script> <img src="http://example.com/z" onerror="alert(10)">
[click](javascript:alert(11)) <style>@import url(http://example.com/style.css);</style>
<svg onload="alert(12)"></svg> $$\\href{javascript:alert(13)}{x}$$
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    insert_text(right, TEXT, before="zero_pad")
    insert(right, SOURCE, before="end")
    insert_text(right, TEXT, before="end")
    replace(right, "pool_forward", POOL)
    for changed in right.cells:
        changed.metadata["name"] = changed.metadata["alt"] = "<script>alert(14)</script>"
    save(folder, right)
