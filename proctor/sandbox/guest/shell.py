"""The student's shell: IPython's, without work that changes nothing."""

from __future__ import annotations

import re
from typing import Any, cast

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import inputtransformer2
from traitlets import Instance

# Without any of these there is nothing but Python: no ``%magic``, ``x = !command``, ``help?``.
ESCAPES = re.compile(r"\?|(^|=)\s*[%!,;/]", re.MULTILINE)
TOKEN_TRANSFORMERS = inputtransformer2.TransformerManager().token_transformers  # type: ignore[no-untyped-call]


class QuickTransformer(inputtransformer2.TransformerManager):
    """IPython's way from a cell to plain Python, which looks at each token only if need be."""

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """Return the lines of a cell without magics; called by IPython."""
        if self.token_transformers == TOKEN_TRANSFORMERS and not ESCAPES.search("".join(lines)):
            return lines
        return cast(list[str], super().do_token_transforms(lines))  # type: ignore[no-untyped-call]


class StudentShell(ZMQInteractiveShell):
    """A shell that stays: a notebook in which ``quit()`` was left is graded all the same."""

    input_transformer_manager = Instance(QuickTransformer, ())
    transformed: tuple[str, str] = ("", "")
    """The last cell, and what it was transformed to."""

    def ask_exit(self) -> None:
        """Do nothing; called by ``quit()`` and ``exit()``."""

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as plain Python; called twice for each cell, which takes its time."""
        if self.transformed[0] != raw_cell:
            plain = super().transform_cell(raw_cell)  # type: ignore[no-untyped-call]
            self.transformed = (raw_cell, plain)
        return self.transformed[1]

    def should_run_async(self, raw_cell: str, **options: Any) -> bool:
        """Say whether a cell awaits something; called by ipykernel, which would compile it."""
        if "await" not in raw_cell and "async" not in raw_cell:
            return False
        return super().should_run_async(raw_cell, **options)

    def _format_exception_for_storage(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Return nothing; called by IPython, which would format each exception a second time."""
        return {}
