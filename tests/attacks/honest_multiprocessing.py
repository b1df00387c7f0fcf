"""An honest submission that works with processes: pools, queues, shared memory, a manager.

graded: 30
note: processes: [1.0, 2.0, 3.0] [4, 9] 7 5 250000.0 [6] 12
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory

fork = multiprocessing.get_context("fork")
with fork.Pool(4) as pool:
    roots = pool.map(math.sqrt, [1, 4, 9])
with ProcessPoolExecutor(2, mp_context=fork) as pool:
    squares = list(pool.map(pow, [2, 3], [2, 2]))
messages, number = fork.Queue(), fork.Value("i", 0)


def work(messages, number):
    with number.get_lock():
        number.value += 5
    messages.put(7)


process = fork.Process(target=work, args=(messages, number))
process.start()
message = messages.get(timeout=20)
process.join()
memory = shared_memory.SharedMemory(create=True, size=2_000_000)
shared = np.ndarray((250_000,), buffer=memory.buf)


def fill(name):
    other = shared_memory.SharedMemory(name)
    np.ndarray((250_000,), buffer=other.buf)[:] = 1
    other.close()


process = fork.Process(target=fill, args=(memory.name,))
process.start()
process.join()
total = float(shared.sum())
del shared
memory.close()
memory.unlink()
with fork.Manager() as manager:
    items = manager.list([6])
    kept = list(items)
with multiprocessing.get_context("forkserver").Pool(2) as pool:
    factor = pool.apply(math.prod, ([3, 4],))
print("processes:", roots, squares, message, number.value, total, kept, factor)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
