"""Autograding with nbgrader that is safe, fast and kind."""

from __future__ import annotations

from typing import Any

__all__ = ["configure"]


def configure(c: Any) -> None:
    """Let nbgrader grade with proctor: the one line in a course's nbgrader_config.py.

    Parameters
    ----------
    c : Config
        What ``get_config()`` returned.
    """
    # Whatever else imports a part of this package needs nothing of nbgrader.
    from .configuration import configure

    configure(c)
