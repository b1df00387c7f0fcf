"""The sandbox: student code in a Jupyter kernel behind a wall of Linux namespaces."""

from .child import Child
from .errors import WallError
from .limits import Limits
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
