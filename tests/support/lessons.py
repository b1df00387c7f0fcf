"""The lessons as the tests use them: their functions, their modules, and scratch courses."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import numpy as np
from nbgrader.utils import is_solution

from proctor.lesson.modules import importable

from .paths import ROOT, SOURCE


def solutions(master: Path) -> dict[str, Callable[..., Any]]:
    """Return the worked solutions of a master, by name."""
    namespace: dict[str, Any] = {"np": np}
    for cell in nbformat.read(master, as_version=4).cells:
        if is_solution(cell) and cell.cell_type == "code":
            exec(cell.source, namespace)
    return namespace


def load_module(lesson: str, name: str) -> ModuleType:
    """Import a module of a lesson's folder, with all that it imports from there."""
    with importable(SOURCE / lesson):
        return importlib.import_module(name)


def make_course(folder: Path) -> Path:
    """Make a scratch course with the masters and the configuration of this one."""
    folder.mkdir(parents=True)
    shutil.copytree(SOURCE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder
