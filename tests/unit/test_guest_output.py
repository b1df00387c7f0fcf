"""What cells put out, as the examiner gets it.

Each test has a process of its own, whose descriptors are replaced. It needs no wall.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import Any

from proctor.sandbox.guest.output import AT_ONCE, CHARACTERS, CUT
from proctor.sandbox.protocol.messages import Display, Error, Message, Text, unpack
from tests.support.paths import ROOT

# What is sent is kept, and printed at the end.
BEGIN = """
import json, os, sys, time

from proctor.sandbox.guest.output import STREAMS, Outputs, Stream
from proctor.sandbox.protocol.messages import Display, Error, pack

sent, seen, printed = [], [], os.dup(1)
outputs = Outputs(lambda message: sent.append(pack(message)), {limit})
for name in STREAMS:
    setattr(sys, name, Stream(name, outputs))
outputs.start()
"""
END = """
outputs.stop()
with open(printed, "w") as file:
    json.dump([sent, seen], file)
"""


def put_out(code: str, limit: int = 1_000_000) -> tuple[list[Message], Any]:
    """Run code as a cell that puts out; return what was sent, and what the code put in `seen`."""
    source = BEGIN.format(limit=limit) + textwrap.dedent(code) + END
    result = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True
    )
    sent, seen = json.loads(result.stdout)
    return [unpack(content) for content in sent], seen


def texts(messages: list[Message]) -> list[tuple[str, str]]:
    """Return the pieces of text, those of one stream in a row joined."""
    joined: list[tuple[str, str]] = []
    for message in messages:
        assert isinstance(message, Text)
        if joined and joined[-1][0] == message.stream:
            joined[-1] = message.stream, joined[-1][1] + message.text
        else:
            joined.append((message.stream, message.text))
    return joined


def test_everything_comes_in_order() -> None:
    messages, _ = put_out("""
        print("one")
        print("two", file=sys.stderr)
        outputs.publish(Display({"text/plain": "three"}, {}))
        print("four", end="")
        sys.stdout.buffer.write(b" and a half")
        outputs.publish(Error("E", "five", []))
    """)
    kinds = [type(message) for message in messages]
    assert kinds[0] is Text and kinds[-1] is Error and kinds.count(Display) == 1
    place = kinds.index(Display)
    assert texts(messages[:place]) == [("stdout", "one\n"), ("stderr", "two\n")]
    assert texts(messages[place + 1 : -1]) == [("stdout", "four and a half")]


def test_what_others_write_comes_in_order() -> None:
    """C code, programs and a process that the cell has forked write to descriptors."""
    messages, _ = put_out("""
        import ctypes
        libc = ctypes.CDLL(None)
        print("python")
        libc.puts(b"C")
        libc.fflush(None)
        print("python again")
        os.system("echo program; echo error >&2")
        print("and again")
        child = os.fork()
        if child == 0:
            print("child")
            outputs.publish(Error("a child", "has none", []))
            os._exit(0)
        os.waitpid(child, 0)
        os.write(2, b"windows\\r\\n")
    """)
    assert texts(messages) == [
        ("stdout", "python\nC\npython again\nprogram\n"),
        ("stderr", "error\n"),
        ("stdout", "and again\nchild\n"),
        ("stderr", "windows\n"),
    ]


def test_the_first_texts_are_sent_at_once() -> None:
    """So those of a cell that then hangs arrive."""
    messages, seen = put_out(f"""
        for number in range({AT_ONCE - 1}):
            sys.stdout.write(f"{{number}} ")
            seen.append(len(sent))
    """)
    assert seen == list(range(1, AT_ONCE))
    assert texts(messages) == [("stdout", "".join(f"{number} " for number in range(AT_ONCE - 1)))]


def test_a_flood_is_sent_in_pieces() -> None:
    messages, _ = put_out("for number in range(50_000): print(number)")
    ((_, text),) = texts(messages)
    assert text == "".join(f"{number}\n" for number in range(50_000))
    assert AT_ONCE < len(messages) < AT_ONCE + 500
    assert all(len(message.text) <= CHARACTERS for message in messages if isinstance(message, Text))


def test_a_flood_is_sent_after_a_while() -> None:
    _, seen = put_out(f"""
        for number in range({AT_ONCE} + 10):
            print("x")
        before = len(sent)
        time.sleep(0.1)
        print("y")
        seen.append(len(sent) - before)
    """)
    assert seen == [1]


def test_a_long_text_is_cut_into_pieces() -> None:
    messages, _ = put_out(f"print('x' * {3 * CHARACTERS})")
    assert texts(messages) == [("stdout", "x" * 3 * CHARACTERS + "\n")]
    assert max(len(message.text) for message in messages if isinstance(message, Text)) == CHARACTERS


def test_text_that_is_not_unicode() -> None:
    messages, _ = put_out(r"""
        print("\udcff")
        os.write(1, b"\xff\n")
        sys.stdout.buffer.write(b"\xff\n")
    """)
    assert "".join(text for _, text in texts(messages)).count("\n") == 3


def cut(code: str, limit: int) -> str:
    """Return what is sent of a cell before it is cut, which must be said once, at the end."""
    messages, _ = put_out(code, limit)
    text = "".join(text for _, text in texts(messages))
    before, words, after = text.partition(CUT.format(limit=limit))
    assert words and not after
    return before


def test_a_cell_has_a_limit() -> None:
    before = cut("for number in range(10_000): print('x' * 99)", 100_000)
    assert set(before) == {"x", "\n"} and 30_000 < len(before) <= 100_000


def test_the_limit_holds_for_whatever_writes() -> None:
    many = "for number in range(300): outputs.publish(Display({'text/plain': ''}, {}))"
    messages, _ = put_out(many, 10_000)
    assert messages[-1] == Text("stdout", CUT.format(limit=10_000))
    assert 50 < len(messages) <= 100
    # By a program, too, whose text is looked at as one.
    assert len(cut("os.write(1, b'x' * 200_000)", 100_000)) <= 100_000


def test_each_cell_has_the_whole_limit() -> None:
    cell = "print('x' * 80_000)\noutputs.stop()\noutputs.start()\n"
    messages, _ = put_out(cell * 3, 100_000)
    assert sum(len(text) for _, text in texts(messages)) == 3 * 80_001


def test_between_cells_nothing_is_put_out() -> None:
    messages, _ = put_out("""
        print("cell")
        outputs.stop()
        print("nowhere")
        os.system("echo nowhere either")
        outputs.publish(Error("E", "nowhere", []))
        outputs.drop()
        outputs.start()
        print("next")
    """)
    assert texts(messages) == [("stdout", "cell\nnext\n")]


def test_the_last_words_come_before_the_end() -> None:
    messages, _ = put_out(f"""
        for number in range({AT_ONCE} + 3):
            print(number)
        os.write(2, b"last")
    """)
    assert texts(messages)[-1] == ("stderr", "last")
    assert texts(messages)[0][1].endswith(f"{AT_ONCE + 2}\n")


def test_closed_descriptors_and_streams_stop_nothing() -> None:
    messages, _ = put_out("""
        sys.stdout.close()
        print("still here")
        os.closerange(printed + 1, 50)
        print("and here")
    """)
    assert texts(messages) == [("stdout", "still here\nand here\n")]


def test_threads_print_too() -> None:
    messages, _ = put_out("""
        import threading
        threads = [
            threading.Thread(target=lambda: [print("x" * 50) for _ in range(200)]) for _ in range(4)
        ]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    """)
    ((_, text),) = texts(messages)
    assert text.count("x") == 4 * 200 * 50 and text.count("\n") == 4 * 200


def test_only_text_can_be_written() -> None:
    _, seen = put_out("""
        try:
            sys.stdout.write(b"bytes")
        except TypeError as error:
            seen.append(str(error))
        seen += [sys.stderr.fileno(), sys.stdout.writable(), sys.stdout.isatty()]
    """)
    assert seen == ["write() argument must be str, not bytes", 2, True, False]
