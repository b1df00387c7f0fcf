"""An honest submission that starts programs, also in sessions of their own, and signals them.

graded: 30
note: programs: b'one\\n' b'TWO' -15 -9 0
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import shutil
import signal
import subprocess
import sys

one = subprocess.run(["echo", "one"], capture_output=True, check=True).stdout
two = subprocess.run(["tr", "a-z", "A-Z"], input=b"two", capture_output=True, timeout=20).stdout
!echo from the shell
sleeper = subprocess.Popen("sleep 60 & wait", shell=True, start_new_session=True)
os.killpg(os.getpgid(sleeper.pid), signal.SIGTERM)
other = subprocess.Popen(["sleep", "60"], preexec_fn=os.setsid)
os.killpg(other.pid, signal.SIGKILL)
python = subprocess.run([sys.executable, "-c", "import numpy"], start_new_session=True)
shutil.which("sh")
print("programs:", one, two, sleeper.wait(), other.wait(), python.returncode)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
