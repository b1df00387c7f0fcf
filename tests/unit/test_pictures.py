"""Which attachments are pictures that may be shown."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from matplotlib import image

from proctor.submission.pictures import MAX_BYTES, kept_pictures


def picture(kind: str, height: int = 30, width: int = 40) -> bytes:
    """Return a picture as matplotlib writes it."""
    file = io.BytesIO()
    image.imsave(file, np.random.default_rng(0).random((height, width, 3)), format=kind)
    return file.getvalue()


def kept(data: bytes, kind: str) -> bytes:
    """Return what is kept of an attachment."""
    attached = {"x": {kind: base64.b64encode(data).decode()}}
    found = kept_pictures(attached)
    return base64.b64decode(found["x"][kind]) if found else b""


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_pictures_are_kept_without_what_follows_them(kind: str) -> None:
    data = picture(kind)
    assert kept(data, f"image/{kind}") == data
    assert kept(data + b"<script>", f"image/{kind}") == data


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_what_is_no_whole_picture_is_left_out(kind: str) -> None:
    data = picture(kind)
    for broken in (b"", data[:20], data[:-10], b"<svg/>", b"x" + data, data[1:]):
        assert kept(broken, f"image/{kind}") == b""
    assert kept(data, "image/svg+xml") == b""
    assert kept(data, "image/jpeg" if kind == "png" else "image/png") == b""


def test_pictures_that_fill_memory_are_left_out() -> None:
    data = bytearray(picture("png"))
    data[16:24] = (50_000).to_bytes(4, "big") * 2
    assert kept(bytes(data), "image/png") == b""
    data = bytearray(picture("jpeg"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = b"\xff\xff\xff\xff"
    assert kept(bytes(data), "image/jpeg") == b""


def test_pictures_have_a_limit_together() -> None:
    data = picture("png", 500, 500)
    assert MAX_BYTES / 3 < len(data) < MAX_BYTES / 2
    attached = {str(n): {"image/png": base64.b64encode(data).decode()} for n in range(5)}
    assert list(kept_pictures(attached)) == ["0", "1"]


@pytest.mark.parametrize(
    "attached", [None, [], "x", {"a": None}, {"a": {"image/png": 1}}, {"a": {"image/png": "é"}}]
)
def test_odd_attachments_are_none(attached: Any) -> None:
    assert kept_pictures(attached) == {}
