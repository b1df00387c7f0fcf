"""The shell's history and tools are replaced.

graded: 22
note: overwritten
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save, wrong_pool

SOURCE = """
shell = get_ipython()
In = Out = _ih = _oh = _dh = None
get_ipython = exit = quit = None
shell.user_ns["In"] = shell.history_manager.input_hist_parsed = ["pass"] * 1000
print("overwritten")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    insert(right, SOURCE, before="conv_single_step")
    save(folder, right)
