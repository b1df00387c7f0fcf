"""IPython is told to run other code, to hide errors, and to put a cell after this one.

graded: 22
note: patched
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save, wrong_pool

SOURCE = """
import ast

shell = get_ipython()


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


def no_asserts(lines):
    return ["pass\\n"] if "assert" in "".join(lines) else lines


shell.input_transformers_cleanup.append(no_asserts)
shell.ast_transformers.append(NoAsserts())
shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None
shell.set_custom_exc((Exception,), lambda *args, **kwargs: None)
shell.events.register("post_run_cell", lambda result: setattr(result, "error_in_exec", None))
shell.display_formatter.formatters["text/plain"].for_type(str, lambda *args: None)
shell.set_next_input("print('added')", replace=True)
shell.run_line_magic("load_ext", "autoreload") if False else None
print("patched")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    insert(right, SOURCE, before="pool_forward")
    save(folder, right)
