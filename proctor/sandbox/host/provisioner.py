"""jupyter_client's own extension point: a kernel manager whose kernels stand behind the wall."""

from __future__ import annotations

import asyncio
import math
import queue
import signal
import time
from contextlib import suppress
from typing import Any, cast

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from .child import Child
from .wall import Wall

SILENT = "the student's kernel says nothing"


class SandboxProvisioner(KernelProvisionerBase):
    """Starts, interrupts and ends the kernel of one submission.

    Attributes
    ----------
    wall : Wall
        Behind which the kernel runs.
    files : dict of str to bytes
        The submission's own files.
    child : Child or None
        The last kernel started; after its end, ``child.reason`` says why.
    """

    wall: Wall
    files: dict[str, bytes]
    child: Child | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel to manage; called by the manager."""
        return self.child is not None and not self.child.closed

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Return the launch's arguments: there is no command; called before `launch_kernel`."""
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel and say how to reach it; called by ``start_kernel`` of the manager."""
        manager = cast(StudentKernelManager, self.parent)
        session = {
            "key": manager.session.key.decode(),
            "signature_scheme": manager.session.signature_scheme,
        }
        # In a thread, since others are graded meanwhile.
        self.child = await asyncio.to_thread(self.wall.fork, self.files, session)
        manager.connection_file = str(self.child.socket_directory / "connection.json")
        self.connection_info = KernelConnectionInfo(
            **{**self.child.connection, "key": manager.session.key}  # type: ignore[typeddict-item]
        )
        return self.connection_info

    async def poll(self) -> int | None:
        """Return None while the kernel lives; called by ``is_alive`` of the manager."""
        return None if self.child is not None and self.child.alive() else 1

    async def wait(self) -> int | None:
        """Wait until all of the kernel's processes have ended; called after its end."""
        if self.child is not None:
            await asyncio.to_thread(self.child.close)
        return 1

    async def send_signal(self, signum: int) -> None:
        """Send the kernel a signal; called by ``interrupt_kernel`` and ``signal_kernel``."""
        if self.child is not None:
            self.child.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and all it started; called by ``shutdown_kernel(now=True)``."""
        if self.child is not None:
            self.child.kill()

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end; called when a polite shutdown took too long."""
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the child; called at the end of a shutdown."""
        await self.wait()


class StudentKernelClient(AsyncKernelClient):
    """A client that bounds what a kernel can make the grader keep in memory."""

    def _context_default(self) -> zmq.asyncio.Context:
        limits = cast(StudentKernelManager, self.parent).provisioner.wall.limits
        context = zmq.asyncio.Context()
        # On the context: set on a socket that is connected, they have no effect.
        context.setsockopt(zmq.MAXMSGSIZE, limits.message_bytes)
        context.setsockopt(zmq.RCVHWM, limits.messages)
        self._created_context = True
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until what the kernel puts out arrives here; called by nbclient.

        It greets whoever listens, but the greeting may be lost, and what it puts out before
        anybody listens is lost, too: so it is asked until something comes. jupyter_client's own
        way waits for a fifth of a second more, until nothing comes.

        Raises
        ------
        RuntimeError
            If the kernel ends, or says nothing in time.
        """
        deadline = time.monotonic() + (math.inf if timeout is None else timeout)
        while time.monotonic() < deadline and await self.is_alive():
            self.kernel_info()
            with suppress(queue.Empty):
                await self.get_iopub_msg(timeout=1)
                return
        raise RuntimeError(SILENT)


class StudentKernelManager(AsyncKernelManager):
    """jupyter_client's manager, with a provisioner that is known."""

    provisioner: SandboxProvisioner


class _StudentKernelSpec(KernelSpecManager):
    """The one kernel there is."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return it, whatever the notebook asks for; called by the manager."""
        return KernelSpec(argv=["python"], display_name="Student", language="python")


def student_kernel_manager(wall: Wall, files: dict[str, bytes]) -> StudentKernelManager:
    """Return a manager of a kernel behind `wall`, ready for ``await manager.start_kernel()``.

    Parameters
    ----------
    wall : Wall
        Started.
    files : dict of str to bytes
        The submission's own files, by their path relative to the working directory.
    """
    manager = StudentKernelManager(
        transport="ipc",
        kernel_spec_manager=_StudentKernelSpec(),
        client_factory=StudentKernelClient,
        autorestart=False,
    )
    provisioner = SandboxProvisioner(parent=manager)
    provisioner.wall, provisioner.files = wall, files
    manager.provisioner = provisioner
    return manager
