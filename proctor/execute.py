"""Run a submission's cells for grading."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets import Integer, Unicode

from .testing import SEED_VARIABLE

OUTPUT_CUT = "\n[The output of this cell was cut here: it is longer than {limit:,} bytes.]\n"


class ExecuteSubmission(Execute):  # type: ignore[misc]
    """nbgrader's ``Execute``, with a seed for fresh inputs and a limit on output.

    Takes its place in ``Autograde.autograde_preprocessors``. All settings of ``Execute``,
    such as the time limit of a cell, apply.
    """

    max_output_bytes = Integer(
        1_000_000, help="How much output a cell may leave in the graded notebook, in bytes."
    ).tag(config=True)

    secret_file = Unicode(
        help="Where the course's secret is kept; it is drawn at first use. Keep the file: with "
        "another secret a regrade draws other inputs."
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run all cells; called by nbconvert for each submitted notebook."""
        self._seed = submission_seed(course_secret(Path(self.secret_file)), nb)
        self._output_bytes: dict[int, int] = {}
        result: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources, km)
        return result

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel with the seed in its environment; called by nbclient."""
        # No byte code either: it would stay beside the graded notebook.
        kwargs["env"] = {**os.environ, SEED_VARIABLE: self._seed, "PYTHONDONTWRITEBYTECODE": "1"}
        await super().async_start_new_kernel(**kwargs)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Drop what a cell puts out beyond its limit; called by nbclient for each message."""
        if msg["msg_type"] in {"stream", "display_data", "execute_result", "update_display_data"}:
            used = self._output_bytes.get(cell_index, 0)
            self._output_bytes[cell_index] = used + _content_bytes(msg["content"])
            if self._output_bytes[cell_index] > self.max_output_bytes:
                if used > self.max_output_bytes:
                    return None
                text = OUTPUT_CUT.format(limit=self.max_output_bytes)
                msg = {**msg, "msg_type": "stream", "content": {"name": "stdout", "text": text}}
                msg["header"] = {**msg["header"], "msg_type": "stream"}
        output: NotebookNode | None = super().process_message(msg, cell, cell_index)
        return output


def course_secret(path: Path) -> bytes:
    """Return the secret kept at `path`, drawn at random if there is none yet."""
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name) as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            # Of two graders that start at once, one names its file and both read that one.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_bytes()


def submission_seed(secret: bytes, nb: NotebookNode) -> str:
    """Return the seed of a submission's fresh inputs, as 64 hexadecimal digits.

    It depends on the cells' sources alone, so that a regrade draws the same inputs, and on
    the course's secret, so that nobody can work it out from the submission.
    """
    digest = hmac.new(secret, digestmod=hashlib.sha256)
    for cell in nb.cells:
        digest.update(hashlib.sha256(cell.source.encode()).digest())
    return digest.hexdigest()


def _content_bytes(content: dict[str, Any]) -> int:
    """Return the size of an output message's text, or of its data in all formats."""
    parts = content.get("data", {}).values() if "data" in content else [content.get("text", "")]
    return sum(len(str(part).encode(errors="replace")) for part in parts)
