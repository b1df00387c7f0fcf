"""What is kept of a submission's outputs, in the form that notebooks have.

A student's process may have been taken over, so nothing of what it sends is believed.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from ..sandbox.protocol.messages import Display, Error, Text

OUTPUT_CUT = "\n[The output of this cell was cut here: it is longer than it may be.]\n"

# In the outputs of a test cell, beside its failure: what feedback shows. Only written here.
FEEDBACK = "application/vnd.proctor.feedback+json"

# The formats in which a student's output is kept: none in which something could run in the
# browser of whoever looks at the graded notebook.
TEXT_FORMATS = ("text/plain", "text/latex")
IMAGE_FORMATS = ("image/png", "image/jpeg")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")

Output = dict[str, Any]


class CellOutputs:
    """Takes what a cell puts out, up to a limit.

    Parameters
    ----------
    limit : int
        In bytes.

    Attributes
    ----------
    used : int
        Bytes so far.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._outputs: list[Output] = []
        self.used = 0

    def take(self, message: Text | Display | Error, buffers: list[Any]) -> None:
        """Take one message of the student's process."""
        output = clean_output(message)
        if output is None or self.used > self._limit:
            return
        self.used += len(repr(output).encode(errors="replace"))
        if self.used > self._limit:
            output = {"output_type": "stream", "name": "stdout", "text": OUTPUT_CUT}
        self._outputs.append(output)

    def joined(self) -> list[Output]:
        """Return all outputs."""
        return joined_streams(self._outputs)


def joined_streams(outputs: list[Output]) -> list[Output]:
    """Return outputs with what follows each other on one stream as one text.

    As on a terminal, what stands before a carriage return is overwritten.
    """
    joined: list[Output] = []
    for _, group in itertools.groupby(outputs, lambda output: output.get("name") or id(output)):
        first, *others = group
        if first["output_type"] == "stream":
            lines = "".join([first["text"], *[output["text"] for output in others]]).split("\n")
            text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
            first = {**first, "text": text}
        joined.append(first)
    return joined


def clean_output(message: Text | Display | Error) -> Output | None:
    """Return a message as an output made of plain text, or None if nothing is left of it."""
    match message:
        case Text():
            name = "stderr" if message.stream == "stderr" else "stdout"
            return {"output_type": "stream", "name": name, "text": clean_text(message.text)}
        case Error():
            traceback = [clean_text(line) for line in message.traceback[:200]]
            return error(clean_text(message.ename), clean_text(message.evalue), traceback)
    shown = {key: clean_text(message.data[key]) for key in TEXT_FORMATS if key in message.data}
    images = {key: clean_text(message.data[key]) for key in IMAGE_FORMATS if key in message.data}
    shown |= {key: text for key, text in images.items() if BASE64.fullmatch(text)}
    # nbgrader knows results by their number; a student's cell has no grade.
    return _display(shown, _image_metadata(message)) if shown else None


def error(ename: str, evalue: str, traceback: list[str] | None = None) -> Output:
    """Return an error output; without a traceback of its own, its message is the traceback."""
    lines = traceback or [f"{ename}: {evalue}"]
    return {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": lines}


def feedback(text: str, facts: dict[str, Any]) -> Output:
    """Return an output that carries what feedback shows; it costs no points."""
    return _display({"text/plain": text, FEEDBACK: facts}, {})


def clean_text(value: Any) -> str:
    """Return a text that can be written to a file, or nothing if it is no text."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _display(data: dict[str, Any], metadata: dict[str, Any]) -> Output:
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def _image_metadata(message: Display) -> dict[str, Any]:
    """Return the size and the text alternative of an image."""
    image = message.metadata.get("image/png")
    if not isinstance(image, dict):
        return {}
    kept = {key: image[key] for key in ("width", "height") if type(image.get(key)) is int}
    return {"image/png": {**kept, "alt": clean_text(image.get("alt"))}}
