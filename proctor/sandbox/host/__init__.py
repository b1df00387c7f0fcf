"""The wall, seen from outside."""

from ..protocol.limits import Limits
from .child import Child
from .errors import WallError
from .provisioner import SandboxProvisioner, StudentKernelManager, student_kernel_manager
from .wall import Wall

__all__ = [
    "Child",
    "Limits",
    "SandboxProvisioner",
    "StudentKernelManager",
    "Wall",
    "WallError",
    "student_kernel_manager",
]
