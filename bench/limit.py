"""The limit: the same cells, run by exec in forks of an already warm process, one a processor.

Figures are drawn, and nothing else is done: no kernel, no wall, no messages, no gradebook.
``python -m bench.limit COURSE LESSON`` prints the seconds that it takes, without the warm-up.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# A thread a processor would slow the neighbours down. To be set before NumPy is loaded.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}

from matplotlib.figure import Figure


def cells_of(submission: Path, tests: dict[str, str]) -> list[str]:
    """Return the sources of the code cells, test cells as the master has them."""
    sources = []
    for cell in json.loads(submission.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            source = tests.get(name, cell["source"])
            sources.append(source if isinstance(source, str) else "".join(source))
    return sources


def run(sources: list[str], namespace: dict[str, Any]) -> None:
    """Run cells one after the other, whatever they raise."""
    for source in sources:
        with contextlib.suppress(Exception, SystemExit), contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, "<cell>", "exec"), namespace)


def main(course: Path, lesson: str) -> None:
    """Warm up, then run all submissions."""
    (master,) = (course / "source" / lesson).glob("*.ipynb")
    cells = json.loads(master.read_text(encoding="utf-8"))["cells"]
    named = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in cells}
    tests = {
        name: "".join(cell["source"])
        for name, cell in named.items()
        if name and not cell["metadata"]["nbgrader"]["solution"]
    }
    submissions = sorted((course / "submitted").glob(f"*/{lesson}/*.ipynb"))
    os.chdir(course / "release" / lesson)
    sys.path.insert(0, "")
    sys.dont_write_bytecode = True
    # Nobody looks at what is shown.
    from IPython import display

    display.display = lambda *objects, **options: None
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(tests["imports"], namespace)
    Figure().savefig(io.BytesIO())
    began = time.monotonic()
    running = 0
    processors = len(os.sched_getaffinity(0))
    for submission in submissions:
        if running == processors:
            os.wait()
            running -= 1
        if os.fork() == 0:
            with contextlib.redirect_stderr(io.StringIO()):
                run(cells_of(submission, tests), namespace)
            os._exit(0)
        running += 1
    while running:
        os.wait()
        running -= 1
    print(time.monotonic() - began)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
