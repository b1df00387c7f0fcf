"""An honest submission that awaits: tasks, programs, a server on a Unix socket.

graded: 30
note: awaited: [1, 2] b'ok' b'hello' True
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import asyncio
import socket


async def later(number):
    await asyncio.sleep(0.05)
    return number


async def answer(reader, writer):
    writer.write(await reader.read(5))
    await writer.drain()
    writer.close()


numbers = await asyncio.gather(later(1), later(2))
program = await asyncio.create_subprocess_exec(
    "printf", "ok", stdout=asyncio.subprocess.PIPE, start_new_session=True
)
printed, _ = await program.communicate()
server = await asyncio.start_unix_server(answer, "/tmp/server")
reader, writer = await asyncio.open_unix_connection("/tmp/server")
writer.write(b"hello")
echo = await reader.read(5)
writer.close()
server.close()
ends = socket.socketpair()
ends[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1_000_000)
ends[0].sendall(bytes(1000))
print("awaited:", numbers, printed, echo, len(ends[1].recv(1000)) == 1000)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
