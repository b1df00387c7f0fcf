"""The wall, seen from outside."""

from ..protocol.limits import Limits
from .child import Child
from .errors import WallError
from .wall import Wall

__all__ = ["Child", "Limits", "Wall", "WallError"]
