"""The student edition in a JupyterLab that runs in the browser: JupyterLite with Pyodide."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .facts import LEFTOVERS

PACKAGES = ("numpy", "matplotlib", "h5py")
"""What lessons and their modules import; no cell imports Matplotlib itself, so it is named here."""
KERNEL = "@jupyterlite/pyodide-kernel-extension"


def build_lab(folders: list[Path], target: Path, pyodide: Path | None) -> None:
    """Write a JupyterLab that holds these lessons' folders.

    Parameters
    ----------
    folders : list of Path
        The lessons, as students get them.
    target : Path
        The new folder.
    pyodide : Path, optional
        A folder with Pyodide, which becomes part of it.
    """
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for folder in folders:
            shutil.copytree(folder, work / "lessons" / folder.name, ignore=LEFTOVERS)
        if pyodide:
            shutil.copytree(pyodide, work / "static" / "pyodide")  # where JupyterLite looks
        _fetch_wheels(work / "pypi")
        _write(work / "jupyter_lite_config.json", _build_settings(target))
        _write(work / "jupyter-lite.json", _page_settings())
        _run([sys.executable, "-m", "jupyterlite_core.app", "build"], work)


def _fetch_wheels(folder: Path) -> None:
    """Put beside the kernel what it needs and Pyodide does not bring."""
    wanted = f"comm=={version('comm')}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    _run([*pip, wanted], folder.parent)


def _build_settings(target: Path) -> dict[str, Any]:
    """Return what JupyterLite should put together."""
    return {
        "LiteBuildConfig": {
            "contents": ["lessons"],
            "output_dir": str(target.absolute()),
            "apps": ["lab"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            # Others that are installed here want a server.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [f"{sys.prefix}/share/jupyter/labextensions/{KERNEL}"],
        }
    }


def _page_settings() -> dict[str, Any]:
    """Return what JupyterLite is told in the browser."""
    kernel = {"loadPyodideOptions": {"packages": list(PACKAGES)}}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Convolutional networks, step by step",
            "litePluginSettings": {f"{KERNEL}:kernel": kernel},
        },
    }


def _write(path: Path, settings: dict[str, Any]) -> None:
    path.write_text(json.dumps(settings), encoding="utf-8")


def _run(command: list[str], folder: Path) -> None:
    """Run a command quietly.

    Raises
    ------
    SystemExit
        If it fails, with what it printed.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
