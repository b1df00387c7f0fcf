"""Refuses to grade where student code could read what belongs to the course."""

from __future__ import annotations

from typing import Any

from ..sandbox.host.command import check_private

EXCHANGE = "/usr/local/share/nbgrader/exchange"
"""Where nbgrader has it by default."""


def check_folders(course: Any) -> None:
    """Make sure that neither the course nor the exchange is shown behind the wall.

    Parameters
    ----------
    course : NbGrader or a converter of its
        The course, with its configuration.

    Raises
    ------
    WallError
        If one is.
    """
    exchange = course.config.get("Exchange", {}).get("root", EXCHANGE)
    check_private({"the course": course.coursedir.root, "nbgrader's exchange": exchange})
