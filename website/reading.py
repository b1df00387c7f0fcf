"""The worked edition as pages that need no network: formulas are MathML, nothing is fetched."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets.config import Config

from .facts import LEFTOVERS, Facts

TEMPLATES = Path(__file__).parent / "templates"
TAG = re.compile(r"<[^>]+>")


class LessonRenderer(IPythonRenderer):
    """Writes formulas as MathML, which browsers show without a script."""

    def inline_math(self, body: str) -> str:
        """Return a formula in a line; called by the parser."""
        return str(convert(body.strip(), display="inline"))

    def block_math(self, body: str) -> str:
        """Return a formula in a line of its own; called by the parser."""
        # It may be wider than the page.
        formula = convert(body.strip(), display="block")
        return f'<div class="formula" tabindex="0" role="math">{formula}</div>'

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return code, which the keyboard can scroll; called by the parser."""
        return str(super().block_code(code, info)).replace("<pre>", '<pre tabindex="0">')

    def table(self, text: str) -> str:
        """Return a table, which the keyboard can scroll; called by the parser."""
        return f'<div class="table" tabindex="0"><table>\n{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """Return a cell of a table; called by the parser.

        An empty corner is no header, and a header that is a formula gets a name of plain text,
        since not every screen reader reads MathML.
        """
        style = f' style="text-align:{align}"' if align else ""
        name = TAG.sub("", text).strip()
        if head and not name:
            return f"<td{style}></td>\n"
        if head and "<math" in text:
            text = f'<span role="math" aria-label="{name}">{text}</span>'
        kind = "th" if head else "td"
        return f"<{kind}{style}>{text}</{kind}>\n"


def write_page(lesson: Facts, folder: Path, target: Path) -> None:
    """Write a worked lesson as a page, and beside it the files that the page links to.

    Parameters
    ----------
    lesson : Facts
    folder : Path
        Its worked edition.
    target : Path
        The new folder.
    """
    shutil.copytree(folder, target, ignore=LEFTOVERS)
    exporter = HTMLExporter(
        template_name="lesson",
        extra_template_basedirs=[str(TEMPLATES)],
        filters={"markdown2html": render},
        config=Config({"HighlightMagicsPreprocessor": {"enabled": False}}),
    )
    notebook = nbformat.read(folder / lesson.notebook, as_version=4)
    known = {"lesson": lesson, "metadata": {"name": lesson.title}}
    page, _ = exporter.from_notebook_node(notebook, known)
    (target / "index.html").write_text(page, encoding="utf-8")


def render(text: str) -> str:
    """Return Markdown as HTML."""
    return str(MarkdownWithMath(renderer=LessonRenderer(escape=False)).render(text))
