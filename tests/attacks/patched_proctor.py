"""The grader's package is replaced by one whose checks do nothing, in memory and on disk.

graded: 22
note: replaced
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save, wrong_pool

SOURCE = """
import pathlib
import sys
import types

text = "def __getattr__(name):\\n    return lambda *args, **kwargs: None\\n"
fake = types.ModuleType("proctor.testing")
exec(text, vars(fake))
sys.modules["proctor.testing"] = sys.modules["proctor.examine.examiner"] = fake
for name, module in list(sys.modules.items()):
    if name == "proctor" or name.startswith("proctor."):
        module.testing = module.assert_close = module.assert_depends = fake
pathlib.Path("proctor").mkdir(exist_ok=True)
for name in ("__init__", "testing", "examiner"):
    pathlib.Path("proctor", f"{name}.py").write_text(text)
print("replaced")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    insert(right, SOURCE, before="pool_forward")
    save(folder, right)
