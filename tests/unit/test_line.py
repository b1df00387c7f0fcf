"""The line: whole messages cross, and whatever else comes over it is bounded and refused."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.sandbox.protocol.line import MAX_BUFFERS, MAX_BYTES, MAX_HEAD_BYTES, Line
from proctor.sandbox.protocol.messages import Done, Message, MessageError, RunCell, Text, Value
from tests.support.hypothesis_settings import settings

Ends = tuple[Line, Line]


def connected() -> Ends:
    """Return both ends of a new line."""
    ours, theirs = socket.socketpair()
    return Line(ours.detach()), Line(theirs.detach())


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Both ends of a line."""
    here, there = connected()
    yield here, there
    here.close()
    there.close()


def frame(data: bytes) -> bytes:
    """Return a frame as `multiprocessing.connection` writes it."""
    return struct.pack("!i", len(data)) + data


def sized(head: bytes, *buffers: bytes) -> bytes:
    """Return a frame that holds a head and buffers, as a message does."""
    return frame(struct.pack("!I", len(head)) + head + b"".join(buffers))


def head(*content: object) -> bytes:
    """Return a message without buffers."""
    return sized(json.dumps(content).encode())


def received(line: Line) -> list[Message]:
    """Receive until the other side has hung up; return the messages, without what was refused."""
    found = []
    while True:
        try:
            found.append(line.receive()[1])
        except MessageError:
            continue
        except (EOFError, OSError):
            return found


# ----------------------------------------------------------------------------------- what crosses


@given(st.integers(), st.text(), st.lists(st.binary(max_size=300), max_size=20))
@settings(max_examples=60)
def test_messages_cross_with_their_buffers(number: int, text: str, buffers: list[bytes]) -> None:
    here, there = connected()
    here.send(number, Value([text]), buffers)
    here.send(number + 1, Done())
    *start, arrived = there.receive()
    assert start == [number, Value([text])]
    assert [bytes(buffer) for buffer in arrived] == buffers
    assert there.receive() == (number + 1, Done(), [])
    here.close()
    there.close()


def test_a_large_message_crosses(ends: Ends) -> None:
    here, there = ends
    text = "x" * (MAX_HEAD_BYTES - 100)
    size = (MAX_BYTES - MAX_HEAD_BYTES) // 2
    buffers = [memoryview(bytes([number]) * size) for number in (1, 2)]
    sender = threading.Thread(target=here.send, args=(1, RunCell(text, 1), buffers))
    sender.start()
    number, message, arrived = there.receive()
    sender.join()
    assert (number, message) == (1, RunCell(text, 1))
    assert arrived == buffers


def test_as_many_buffers_as_there_may_be(ends: Ends) -> None:
    here, there = ends
    sender = threading.Thread(target=here.send, args=(1, Done(), [b"x"] * MAX_BUFFERS))
    sender.start()
    assert len(there.receive()[2]) == MAX_BUFFERS
    sender.join()


# ----------------------------------------------------------------------------- what is too much


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ([10], "buffers of other sizes"),
        ([8], "buffers of other sizes"),
        ([4, 4], "buffers of other sizes"),
        ([10**30], "buffers of other sizes"),
        ([], "buffers of other sizes"),
        ([0] * (MAX_BUFFERS + 1), "no message"),
        ([-1, 10], "no size"),
        ([True], "no size"),
        ([1.0], "no size"),
        (["1"], "no size"),
        ({}, "no message"),
    ],
)
def test_buffers_have_the_sizes_that_are_announced(sizes: Any, words: str, ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), sized(json.dumps([1, sizes, "Done"]).encode(), b"12345", b"6789"))
    # Whoever waited for more would hear of the end, and not of this.
    here.close()
    with pytest.raises(MessageError, match=f"^{words}$"):
        there.receive()


@pytest.mark.parametrize(
    "start", [struct.pack("!i", MAX_BYTES + 1), struct.pack("!iQ", -1, MAX_BYTES + 1)]
)
def test_a_frame_that_is_too_large_is_not_read(start: bytes, ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), start)
    here.close()
    with pytest.raises(OSError, match="bad message length"):
        there.receive()


def test_a_head_has_a_limit_of_its_own(ends: Ends) -> None:
    """As JSON it takes many times the room."""
    here, there = ends
    text = json.dumps([1, [], "Text", "stdout", "x" * MAX_HEAD_BYTES]).encode()
    sender = threading.Thread(target=write_and_hang_up, args=(os.dup(here.fileno()), sized(text)))
    sender.start()
    with pytest.raises(MessageError, match="too long a message"):
        there.receive()
    sender.join()


# --------------------------------------------------------------------------------- whatever comes


HEADS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 300) | st.sampled_from(["Done", "Text", "Value"]),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=8,
)
FRAMES = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=40).map(frame),
    st.binary(max_size=40).map(sized),
    HEADS.map(lambda content: sized(json.dumps(content).encode())),
    st.builds(
        lambda sizes, buffer: sized(json.dumps([1, sizes, "Done"]).encode(), buffer),
        st.lists(st.integers(-1, 20), max_size=3),
        st.binary(max_size=30),
    ),
    st.builds(
        lambda length, rest: frame(struct.pack("!I", length) + rest),
        st.integers(0, 2**32 - 1),
        st.binary(max_size=30),
    ),
    st.builds(head, st.integers(), st.just([]), st.just("Done")),
    st.integers(-(2**31), 2**31 - 1).map(lambda size: struct.pack("!i", size)),
    st.integers(0, 2**64 - 1).map(lambda size: struct.pack("!iQ", -1, size)),
    st.sampled_from([sized(b"[" * 100_000), sized(b"9" * 10_000), sized(b"\xff"), frame(b"")]),
)


@given(st.lists(FRAMES, max_size=8), st.integers(0, 30))
@settings(max_examples=400)
def test_whatever_comes_is_a_message_or_refused(frames: list[bytes], cut: int) -> None:
    """Nothing else is raised, and nobody waits for somebody who has hung up."""
    ours, theirs = socket.socketpair()
    line = Line(theirs.detach())
    data = b"".join(frames)
    part = data[: len(data) - cut]
    writer = threading.Thread(target=write_and_hang_up, args=(ours.detach(), part))
    ended = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            received(line)
        except BaseException as error:
            failures.append(error)
        ended.set()

    reader = threading.Thread(target=read, daemon=True)
    writer.start()
    reader.start()
    assert ended.wait(60)
    line.close()
    writer.join()
    assert failures == []


def write_and_hang_up(descriptor: int, data: bytes) -> None:
    """Write raw bytes, as far as somebody reads them."""
    with socket.socket(fileno=descriptor) as end, suppress(OSError):
        end.sendall(data)


def test_what_is_sound_beside_what_is_not_arrives(ends: Ends) -> None:
    here, there = ends
    here.send(1, Text("stdout", "before"))
    os.write(here.fileno(), sized(b"no JSON") + frame(b"") + head(7) + head(1, [], "Nothing"))
    here.send(2, Text("stdout", "after"))
    here.close()
    assert received(there) == [Text("stdout", "before"), Text("stdout", "after")]


def test_the_end_of_the_line_is_noticed(ends: Ends) -> None:
    here, there = ends
    here.close()
    with pytest.raises(EOFError):
        there.receive()
    with pytest.raises(OSError):
        there.send(1, Done())


@pytest.mark.parametrize("length", [1, 3, 5, 14])
def test_an_end_in_the_middle_of_a_message_is_noticed(length: int, ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), head(1, [], "Done")[:length])
    here.close()
    with pytest.raises((EOFError, OSError)):
        there.receive()
