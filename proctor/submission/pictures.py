"""Pictures that a student pasted into a text: small PNG and JPEG files, and nothing else."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Callable
from typing import Any

MAX_BYTES = 2_000_000
# A few kilobytes can hold a picture that fills the memory of whoever looks at it.
MAX_PIXELS = 40_000_000
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
# Of JPEG's markers: what states the size, what begins the data, and what has no length.
SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
SCAN, END, ALONE = 0xDA, 0xD9, {0x01, *range(0xD0, 0xD8)}


# As Colab writes what is pasted into a text.
_WRITTEN_OUT = re.compile(
    r"!\[([^\[\]\n]{0,1000})\]\(data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/=]*+)\)"
)


def with_attached(text: str, attachments: Any) -> tuple[str, Any]:
    """Return a text in which no picture is written out, and its attachments with these."""
    found: dict[str, Any] = {}

    def attach(picture: re.Match[str]) -> str:
        name = f"pasted-{len(found) + 1}.{picture[2].removeprefix('image/')}"
        found[name] = {picture[2]: picture[3]}
        return f"![{picture[1]}](attachment:{name})"

    text = _WRITTEN_OUT.sub(attach, text)
    if not found:
        return text, attachments
    return text, {**(attachments if isinstance(attachments, dict) else {}), **found}


def kept_pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """Return those of a cell's attachments that are shown: by name, in one format each."""
    kept: dict[str, dict[str, str]] = {}
    left = MAX_BYTES
    for name, formats in attachments.items() if isinstance(attachments, dict) else ():
        for kind, whole in FORMATS.items():
            data = _decoded(formats.get(kind) if isinstance(formats, dict) else None, left)
            if data is not None and (picture := whole(data)):
                kept[name] = {kind: base64.b64encode(picture).decode()}
                left -= len(picture)
                break
    return kept


def png(data: bytes) -> bytes:
    """Return a PNG file without what follows it, or nothing if it is none or too large."""
    place = len(PNG)
    if not data.startswith(PNG) or data[place + 4 : place + 8] != b"IHDR":
        return b""
    width, height = struct.unpack_from(">II", data.ljust(24, b"\0"), place + 8)
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        place += 12 + length
        if kind == b"IEND" and place <= len(data):
            return data[:place] if 0 < width * height <= MAX_PIXELS else b""
    return b""


def jpeg(data: bytes) -> bytes:
    """Return a JPEG file without what follows it, or nothing if it is none or too large."""
    place, pixels = len(JPEG), 0
    if not data.startswith(JPEG):
        return b""
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker, length = struct.unpack_from(">xBH", data, place)
        if marker in SIZES and place + 9 <= len(data):
            height, width = struct.unpack_from(">HH", data, place + 5)
            pixels = max(pixels, width * height)
        if marker == SCAN:
            end = data.rfind(bytes([0xFF, END]), place)
            return data[: end + 2] if end > 0 and 0 < pixels <= MAX_PIXELS else b""
        place += 1 if marker == 0xFF else 2 if marker in ALONE else 2 + length
    return b""


FORMATS: dict[str, Callable[[bytes], bytes]] = {"image/png": png, "image/jpeg": jpeg}


def _decoded(text: Any, limit: int) -> bytes | None:
    """Return what a text in base64 stands for, if it is one and not too long."""
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "".join(text)
    if not isinstance(text, str) or len(text) > 2 * limit:
        return None
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if len(data) <= limit else None
