"""What a student wrote, as others look at it: nothing runs, is fetched, or takes long."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from proctor.report.text import ATTRIBUTES, FormulaRenderer, comment
from proctor.submission.passive import (
    MAX_BLANK,
    MAX_PIECE,
    cut_code,
    make_passive,
    passive_text,
    pieces,
    without_gaps,
)
from tests.support.hypothesis_settings import settings

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
GIVEN = {"images/step.png", "figures.py"}
ATTACHED = {"a.png": {"image/png": PNG}}
# What links, pictures, tags and their look-alikes are made of.
PIECES = [
    *"[]()<>!&#:;\\\"'`~$*_=/| \n",
    *["](", "![", "]:", "](<", "][a]", "[a]: ", "[a]:\n", "\n> ", "\n- ", "\n    ", "```", "\n```"],
    *["http://e.com", "HTTPS://e.com/x.png", "//e.com", "/hub/logout", "data:text/html,x"],
    *["javascript:alert(1)", "a", "<img src=", "<a href=", "<svg", "<b>", "</b>", "<br>", "<!--"],
    *[
        "onerror=alert(1)",
        "mermaid",
        "attachment:a.png",
        "![a](attachment:a.png)",
        "&#109;",
        "&lt;",
    ],
    *["images/step.png", "![a](images/step.png)", "../", "\\begin{a}", "\\end{a}", "$$", "\\\\("],
    *["\\style", "\\href{", "&#92;", "&bsol;", "&dollar;", "style=", "\r", "\u202e", "\0"],
]


class Page(HTMLParser):
    """What a page fetches, runs or leads to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Look at one tag; called by the parser."""
        harmless = {"class", "id", "alt", "title", "start", "align", "type", "disabled", "checked"}
        for name, value in attributes:
            picture = tag == "img" and name == "src" and (value or "") in ("images/step.png", URI)
            anchor = tag == "a" and name == "href" and (value or "").startswith("#")
            cells = tag in ("td", "th") and name == "style" and "text-align" in (value or "")
            cells = cells or (name in ATTRIBUTES.get(tag, ()) and tag != "a")
            if name not in harmless and not picture and not anchor and not cells:
                self.active.append(f"{tag} {name}={value}")
        if tag in ("script", "style", "svg", "iframe", "object", "form", "link", "base"):
            self.active.append(tag)

    def handle_data(self, data: str) -> None:
        """Take the text; called by the parser."""
        self.text += data


URI = f"data:image/png;base64,{PNG}"


def page(markdown: str, renderer: type[IPythonRenderer] = FormulaRenderer) -> Page:
    """Return the page that the course's formgrader makes of a student's text."""
    text, pictures = passive_text(markdown, ATTACHED, GIVEN)
    made = renderer(escape=False, attachments=pictures)
    return Page(MarkdownWithMath(renderer=made).render(text))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_nothing_runs_or_is_fetched(markdown: str) -> None:
    assert page(markdown).active == []
    # nbgrader's own page, which leaves formulas to MathJax, is as harmless.
    seen = page(markdown, IPythonRenderer)
    assert seen.active == []
    # Nor does what a browser reads hold what MathJax would obey.
    assert not re.search(r"\\(?:style|href)(?![a-zA-Z])", seen.text)


@pytest.mark.parametrize(
    "markdown",
    [
        "\\![a](attachment:a.png) \\![b](images/step.png)",
        "[text](http://e.com) and [more](<a b>)",
        "[text][a]\n\n[a]: http://e.com",
        "> [a]:\n> /hub/logout\n\n[a]",
        "<http://e.com> <a@e.com> http://e.com https://e.com/x",
        "![x](//e.com/x.png) ![y](/hub/logout) ![z](images/other.png) ![u](images/../step.png)",
        '<img src="images/step.png"> <b style="background:url(//e.com)">b</b>',
        "~~~ &#109;ermaid\nx\n~~~",
        "&#36;&#92;style{background:url(//e.com)}{x}&#36;",
    ],
)
def test_known_ways(markdown: str) -> None:
    assert page(markdown).active == []
    assert page(markdown, IPythonRenderer).active == []


def test_what_is_harmless_stays() -> None:
    markdown = (
        "# A title\n\n*One* of `x[0]`, $W^{[1]}_{i<j}$ and **two**<br>x<sub>1</sub>\n\n"
        "<details>\n<summary>Hint</summary>\n\nRead.\n\n</details>\n\n- a\n- b\n\n"
        "| a | b |\n|--|--|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\n![curves](attachment:a.png)"
        "![step](images/step.png)"
    )
    text, pictures = passive_text(markdown, ATTACHED, GIVEN)
    assert text == markdown.replace("i<j", "i< j").replace("a.png", "picture-1.png")
    assert pictures == {"picture-1.png": {"image/png": PNG}}


@pytest.mark.parametrize("name", ["my%20window.png", "Übung.png", "a&b.png"])
def test_a_pasted_picture_is_shown_whatever_its_name(name: str) -> None:
    attached = {name.replace("%20", " "): {"image/png": PNG}}
    for markdown in (f"![x](attachment:{name})", f'<img width="9" src="attachment:{name}" alt="">'):
        text, pictures = passive_text(markdown, attached)
        assert text in ("![x](attachment:picture-1.png)", "![](attachment:picture-1.png)")
        assert list(pictures) == ["picture-1.png"]


def test_sizes_are_bounded() -> None:
    cells = [new_markdown_cell("a " * 3_000) for _ in range(200)]
    cells += [new_code_cell(f"x = '{'a' * 100_000}'\n" * 3) for _ in range(200)]
    notebook = new_notebook(cells=cells)
    make_passive(notebook, ())
    assert len(str(notebook)) < 1_000_000
    assert "characters, SHA-256" in notebook.cells[-1].source


def test_code_that_differs_where_it_is_cut_differs() -> None:
    sources = []
    for end in "ab":
        notebook = new_notebook(cells=[new_code_cell("x" * 60_000 + end)])
        make_passive(notebook, ())
        sources.append(notebook.cells[0].source)
    assert sources[0] != sources[1]


def test_tex_that_was_put_out_sets_no_style() -> None:
    data = {"text/latex": r"$\style{background:url(//e.com)}{x}$ $\alpha$"}
    output = new_output("display_data", data)
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    make_passive(notebook, ())
    assert notebook.cells[0].outputs[0].data["text/latex"].startswith(r"$\ style{")
    assert r"\alpha" in notebook.cells[0].outputs[0].data["text/latex"]


def test_tex_that_was_put_out_is_no_link() -> None:
    text = "[a](https://e.com) <https://e.com> <a@e.com> \u202e $f[x](y)$"
    outputs = [new_output("display_data", {"text/latex": text})]
    outputs.append(new_output("error", ename="E\u202e", evalue="", traceback=[]))
    notebook = new_notebook(cells=[new_code_cell("x", outputs=outputs)])
    make_passive(notebook, ())
    shown, error = notebook.cells[0].outputs
    html = comment(shown.data["text/latex"])
    assert "<a" not in html
    assert "<math" in html
    assert "\u202e" not in html + error.ename


def test_what_code_hides_is_written_out() -> None:
    notebook = new_notebook(cells=[new_code_cell("x = 1  # \u202e\u2066 return\r\ny = '\u3164'")])
    make_passive(notebook, ())
    assert notebook.cells[0].source == "x = 1  # \\u202e\\u2066 return\ny = '\\u3164'"


@pytest.mark.parametrize("piece", ["&a", r"\begin{a}", r"\\[", r"\\(", "\n# a", "[(", "**a", "> "])
def test_texts_take_nbconvert_no_time(piece: str) -> None:
    cells = [new_markdown_cell(piece * (n // len(piece))) for n in (10_000, 100_000, 1_000_000)]
    notebook = new_notebook(cells=cells)
    make_passive(notebook, ())
    began = time.process_time()
    for cell in notebook.cells:
        page(cell.source)
    # As it was written, minutes.
    assert time.process_time() - began < 10


@pytest.mark.parametrize("piece", [".a", "1.", "?", " \n", "\x0c\n"])
def test_code_takes_nbconvert_no_time(piece: str) -> None:
    notebook = new_notebook(cells=[new_code_cell(piece * 500_000)])
    make_passive(notebook, ())
    began = time.process_time()
    Highlight2HTML(pygments_lexer="ipython3")(notebook.cells[0].source)
    # As it was written, more than an hour.
    assert time.process_time() - began < 10


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["\n", "\n\n", " ", "x", "x" * 1_000])).map("".join))
def test_pieces_are_short_and_leave_nothing_out(code: str) -> None:
    found = list(pieces(code))
    assert "".join(found) == code
    assert max(map(len, found)) <= MAX_PIECE
    # What is short is lengthened by none that are shorter still.
    assert len(found) <= 1 + 2 * len(code) / MAX_PIECE


def test_a_piece_ends_between_statements() -> None:
    function = "def f():\n    x = 1\n\n    return x\n\n"
    assert all(piece.startswith("def f") for piece in pieces(function * 500))


def test_blank_lines_stay_unless_they_are_very_many() -> None:
    few = "x = 1" + "\n \t" * MAX_BLANK + "\ny = 2\n"
    assert without_gaps(few * 3) == cut_code(few * 3, 1_000) == few * 3
    many = "x = 1" + "\n " * 5_000 + "\ny = 2"
    assert without_gaps(many) == "x = 1" + "\n " * MAX_BLANK + "\ny = 2"
    assert "[Cut here for display" in cut_code(many, 50_000)


def test_an_answer_is_whole_however_much_stands_before_it() -> None:
    notebook = new_notebook()
    notebook.cells = [new_markdown_cell("x" * 60_000) for _ in range(8)]
    answer = new_markdown_cell("The loss was larger.")
    answer.metadata["nbgrader"] = {"grade": True, "solution": True, "grade_id": "report"}
    notebook.cells.append(answer)
    make_passive(notebook, ())
    assert answer.source == "The loss was larger."
