"""An honest submission that works with threads, in a pool and by hand, and in a tested function.

graded: 30
note: threads: 285 [0, 1, 4, 9]
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import cell, insert, save

SOURCE = """
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

results, lock, total = queue.Queue(), threading.Lock(), [0]


def add(number):
    with lock:
        total[0] += number * number


workers = [threading.Thread(target=add, args=(number,)) for number in range(10)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
with ThreadPoolExecutor(8) as pool:
    squares = list(pool.map(lambda number: number * number, range(4)))
print("threads:", total[0], squares)


def in_a_thread(function):
    def call(*args, **kwargs):
        with ThreadPoolExecutor(2) as pool:
            return pool.submit(function, *args, **kwargs).result()

    return call
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    cell(right, "conv_forward").source += "\n\n\nconv_forward = in_a_thread(conv_forward)"
    save(folder, right)
