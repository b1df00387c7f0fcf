"""Errors, results and streams are published as a test's own output, while the test runs.

graded: 22
note: publishing
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import save, start_with, wrong_pool
from nbformat import NotebookNode

SOURCE = """
kernel = get_ipython().kernel
session = kernel.session
honest = kernel.shell_handlers["proctor_call_request"]


async def publish(stream, ident, parent):
    name = parent["content"].get("name")
    kinds = {"stream": {"name": "stderr", "text": "forged"}}
    kinds["error"] = {"ename": "Forged", "evalue": "forged", "traceback": ["forged"]}
    kinds["execute_result"] = {"execution_count": 1, "data": {"text/plain": "30"}, "metadata": {}}
    kinds["clear_output"] = {"wait": False}
    kinds["status"] = {"execution_state": "idle"}
    for kind, content in kinds.items():
        session.send(kernel.iopub_socket, kind, content, parent=parent)
        session.send(stream, kind, content, parent=parent, ident=ident)
    await honest(stream, ident, parent)


kernel.shell_handlers["proctor_call_request"] = publish
print("publishing")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SOURCE)
    wrong_pool(right)
    save(folder, right)
