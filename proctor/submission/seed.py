"""The seed of the random inputs on which a submission is tested."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

DIGITS = 64
SHORT = (
    "{path} holds {length} bytes instead of the {digits} of a course's secret: whoever knows it "
    "knows what hidden tests will ask. Restore it from a backup, or delete it: then a new one is "
    "drawn, and a regrade asks something else."
)


def course_secret(path: Path) -> bytes:
    """Return the secret kept at `path`, drawn at random if there is none yet.

    Raises
    ------
    SystemExit
        If it is shorter than one that was drawn.
    """
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name) as file:
            file.write(secrets.token_hex(DIGITS // 2).encode())
            file.flush()
            # Whole on the disk before it has its name.
            os.fsync(file.fileno())
            # Of two graders that start at once, one names its file and both read that one.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    secret = path.read_bytes()
    if len(secret) < DIGITS:
        raise SystemExit(SHORT.format(path=path, length=len(secret), digits=DIGITS))
    return secret


def submission_seed(secret: bytes, digest: str) -> str:
    """Return the seed of a submission's fresh inputs, as 64 hexadecimal digits.

    It depends on the course's secret, so that nobody can work it out, and on everything that
    was handed in: a regrade draws the same inputs, and whoever hands in again with answers that
    feedback gave away, in whatever file, is asked something else.

    Parameters
    ----------
    secret : bytes
    digest : str
        `Submission.digest`.
    """
    return hmac.new(secret, digest.encode(), hashlib.sha256).hexdigest()
