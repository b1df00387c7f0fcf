"""Folders of submissions, whatever they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from proctor.submission.handed_in import handed_in, misnamed, misplaced
from proctor.submission.intake import RefusedError, find_folder

LESSON = "01_layers"


@pytest.mark.parametrize(
    "name",
    [
        "01_Layers",
        "01 layers",
        "01-layers",
        "01_layers 2",
        "01_layers(1)",
        "01_layers (1) (2)",
        "01_layers-copy",
        "01_layers - Kopie",
        " 01_layers",
    ],
)
def test_a_folder_whose_name_is_nearly_the_lessons_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "ada" / name).mkdir(parents=True)
    (folder,) = handed_in(tmp_path, LESSON)["ada"]
    with pytest.raises(RefusedError, match=r"rename it to 01_layers"):
        find_folder("ada", [folder], LESSON)


@pytest.mark.parametrize(
    "name", ["02_layers", "01_layers_and_more", "layers", "01_layer", "01_layers2"]
)
def test_another_folder_is_not(name: str, tmp_path: Path) -> None:
    (tmp_path / "ada" / name).mkdir(parents=True)
    assert misnamed(tmp_path / "ada", LESSON) == []
    assert handed_in(tmp_path, LESSON) == {}


def test_two_spellings_of_a_name_are_one_student_who_must_choose(tmp_path: Path) -> None:
    for name in ("Zoe\u0301", "Zo\u00e9"):
        (tmp_path / name / LESSON).mkdir(parents=True)
    (paths,) = handed_in(tmp_path, LESSON).values()
    with pytest.raises(RefusedError, match="2 folders of this name"):
        find_folder("Zo\u00e9", paths, LESSON)


def test_notebooks_of_no_lesson_are_found(tmp_path: Path) -> None:
    for name in (
        "stray.ipynb", "ada/01_lesson/a.ipynb", "ada/a.ipynb", "bob/01-Lesson (2)/a.ipynb",
        "bob/lesson1/a.ipynb", "bob/notes/a.txt", "cem/.ipynb_checkpoints/a.ipynb",
        ".collect-x/a.ipynb", "dee/02_lesson/a.ipynb",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "eve").symlink_to(tmp_path / "ada")
    (tmp_path / "file").touch()
    found = ["ada/a.ipynb", "bob/lesson1", "stray.ipynb"]
    assert sorted(misplaced(tmp_path, ["01_lesson", "02_lesson"])) == found
    assert list(misplaced(tmp_path / "none", ["01_lesson"])) == []
