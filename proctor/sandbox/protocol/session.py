"""jupyter_client's session, quicker: for what only the grader and the kernel say to each other."""

from __future__ import annotations

from typing import Any

from jupyter_client.session import Session


class UndatedSession(Session):
    """A session whose messages say no date: reading it takes longer than the rest of a header."""

    def msg_header(self, msg_type: str) -> dict[str, Any]:
        """Return the header of a new message; called by jupyter_client."""
        # Not left out, since whoever receives it would add one.
        return {**super().msg_header(msg_type), "date": ""}
