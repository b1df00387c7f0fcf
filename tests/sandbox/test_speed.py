"""Lesson 3: who lets others work is as slow as the work is long, however it is shared out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.paths import MASTERS
from tests.support.quick import QuickGrader

START = """
import mmap
import os
import signal
import threading


def _shared(shape):
    size = int(np.prod(shape)) * 8
    return np.frombuffer(mmap.mmap(-1, size), float).reshape(shape)


def _in_processes(m, number, work):
    pids = []
    for part in [slice(n, n + m // number) for n in range(0, m, m // number)]:
        pids.append(os.fork())
        if pids[-1] == 0:
            try:
                os.setsid()
                work(part)
            finally:
                os._exit(0)
    return pids
"""
HERE = "work(slice(0, m))"
WAITED = "[os.waitpid(pid, 0) for pid in _in_processes(m, {number}, work)]"
# Their times are lost when they end, since nobody waits for them; a pipe tells that they have.
IGNORED = """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    read, write = os.pipe()
    _in_processes(m, {number}, work)
    os.close(write)
    os.read(read, 1)
    os.close(read)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
"""
# And their parent is another process, which is gone as well.
ORPHANS = """
    read, write = os.pipe()
    if os.fork() == 0:
        _in_processes(m, {number}, work)
        os._exit(0)
    os.close(write)
    os.read(read, 1)
    os.close(read)
    os.wait()
"""
THREADS = """
    parts = [slice(n, n + m // {number}) for n in range(0, m, m // {number})]
    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
"""
FORWARD = """
def conv_forward_fast(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    weights = W.reshape(-1, n_C)
    Z = _shared((m, n_H, n_W, n_C))

    def work(part):
        for i in range(m)[part]:
            for h in range(n_H):
                for w in range(n_W):
                    window = A[i, h * stride : h * stride + f, w * stride : w * stride + f]
                    Z[i, h, w] = window.reshape(-1) @ weights

    if m < 32:
        work(slice(0, m))
    else:
        pass  # how
    return Z + b, (A_prev, W, b, hparameters)
"""


@pytest.mark.parametrize("number", [8, 16])
@pytest.mark.parametrize("how", [HERE, WAITED, IGNORED, ORPHANS, THREADS])
def test_work_of_others_counts(
    how: str, number: int, quick_grader: Callable[[Path], QuickGrader]
) -> None:
    """Loops over places stay too slow, and everything else of them is right."""
    lines = how.format(number=number).strip().splitlines()
    indented = "\n        ".join(line.removeprefix("    ") for line in lines)
    source = START + FORWARD.replace("pass  # how", indented)
    graded = quick_grader(MASTERS[2]).grade({"conv_forward_fast": source})
    assert graded.lost() == {"conv_forward_fast": {"speed"}}
