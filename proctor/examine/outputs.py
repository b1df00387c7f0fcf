"""What is kept of a submission's outputs, in the form that notebooks have.

A student's process may have been taken over, so nothing of what it sends is believed.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from ..sandbox.protocol.messages import Display, Error, Text

# Of one output beyond the limit that says how a cell ended: its error, or its result.
LAST_BYTES = 50_000
OUTPUT_CUT = "\n[The output of this cell was cut here: it is longer than it may be.]\n"

# In the outputs of a test cell, beside its failure: what feedback shows. Only written here.
FEEDBACK = "application/vnd.proctor.feedback+json"

# The formats in which a student's output is kept: none in which something could run in the
# browser of whoever looks at the graded notebook.
TEXT_FORMATS = ("text/plain", "text/latex")
IMAGE_FORMATS = ("image/png", "image/jpeg")
# How wide and high a picture may ask to be shown, in pixels: more moves all else off the page.
SIDES = range(1, 4_001)
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")

Output = dict[str, Any]


class CellOutputs:
    """Takes what a cell puts out, up to a limit.

    Parameters
    ----------
    limit : int
        In bytes. How a test cell ended counts, however much it has put out before.
    number : int, optional
        Of a test cell, to which its result belongs as nbgrader expects it.

    Attributes
    ----------
    used : int
        Bytes so far.
    """

    def __init__(self, limit: int, number: int | None = None) -> None:
        self._limit = limit
        self._number = number
        self._ended = False
        self._outputs: list[Output] = []
        self.used = 0

    def take(self, message: Text | Display | Error, buffers: list[Any]) -> None:
        """Take one message of the student's process."""
        output = clean_output(message, self._number)
        if output is None:
            return
        size = len(repr(output).encode(errors="replace"))
        is_end = output["output_type"] in ("error", "execute_result") and self._number is not None
        if is_end and not self._ended:
            self._ended = True
            if size > LAST_BYTES:
                output = _cut(output)
        elif self.used > self._limit:
            return
        elif self.used + size > self._limit:
            output = printed(OUTPUT_CUT)
        self.used += size
        self._outputs.append(output)

    def joined(self) -> list[Output]:
        """Return all outputs."""
        return joined_streams(self._outputs)


def _cut(output: Output) -> Output:
    """Return the error or the result of a test cell, cut to what a person may read."""
    if output["output_type"] == "error":
        return error(output["ename"][:100], output["evalue"][:1000])
    return result(output["data"]["text/plain"][:1000], output["execution_count"])


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


def clean_output(message: Text | Display | Error, number: int | None = None) -> Output | None:
    """Return a message as an output made of plain text, or None if nothing is left of it.

    Parameters
    ----------
    message : Text, Display or Error
    number : int, optional
        Of the cell, if it is a test cell: its result may be points.
    """
    match message:
        case Text():
            return printed(message.text, message.stream)
        case Error():
            traceback = [clean_text(line) for line in message.traceback[:200]]
            return error(clean_text(message.ename), clean_text(message.evalue), traceback)
    shown = {key: clean_text(message.data[key]) for key in TEXT_FORMATS if key in message.data}
    images = {key: clean_text(message.data[key]) for key in IMAGE_FORMATS if key in message.data}
    shown |= {key: text for key, text in images.items() if BASE64.fullmatch(text)}
    if number is not None and message.is_result and "text/plain" in shown:
        return result(shown["text/plain"], number)
    # A student's cell has no grade, so its result is one picture among others.
    return _display(shown, _image_metadata(message)) if shown else None


def printed(text: str, stream: str = "stdout") -> Output:
    """Return the output of what was written to a stream."""
    name = "stderr" if stream == "stderr" else "stdout"
    return {"output_type": "stream", "name": name, "text": clean_text(text)}


def result(text: str, number: int | None) -> Output:
    """Return the output from which nbgrader reads points: the value of a last expression."""
    content = {"data": {"text/plain": text}, "metadata": {}, "execution_count": number}
    return {"output_type": "execute_result", **content}


def settle_points(outputs: list[Output], maximum: float) -> float:
    """Return the points that nbgrader gives for the outputs of a test cell.

    A result that is a number stands for as many points, and anything else for all of them. For a
    number below 0, and for NaN, nbgrader gives all points as well, and at one above the maximum
    it stops. Such a number may come from what a student's function returned: it becomes 0, or the
    maximum.
    """
    for output in outputs:
        if output["output_type"] == "error":
            return 0.0
        if output["output_type"] == "execute_result":
            try:
                value = float(output["data"]["text/plain"])
            except ValueError:
                return maximum
            if not 0 <= value <= maximum:
                value = maximum if value > maximum else 0.0
                output["data"]["text/plain"] = f"{value}"
            return value
    return maximum


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
    sides = {key: image.get(key) for key in ("width", "height")}
    kept = {key: side for key, side in sides.items() if type(side) is int and side in SIDES}
    return {"image/png": {**kept, "alt": clean_text(image.get("alt"))}}
