"""Errors, results and streams are published as a test's own output, while the test runs.

graded: 22
note: publishing
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import SERVER, save, start_with, wrong_pool

SOURCE = """
honest = server._answer


def publish(request, buffers):
    for message in (
        Text("stderr", "forged"),
        Error("Forged", "forged", ["forged"]),
        Display({"text/plain": "30"}, {}),
        Done(),
    ):
        line.send(server._number, message)
    honest(request, buffers)


server._answer = publish
print("publishing")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    start_with(right, "zero_pad", SERVER + SOURCE)
    wrong_pool(right)
    save(folder, right)
