"""Build the site: ``make site``, or ``python -m website TARGET``."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from jinja2 import Environment, PackageLoader

from .facts import Facts, lessons
from .reading import write_page
from .running import build_lab

ROOT = Path(__file__).parent.parent


def build(target: Path, solutions: bool = True, pyodide: Path | None = None) -> None:
    """Write the whole site to a folder; what was there is replaced.

    Parameters
    ----------
    target : Path
        The site's folder.
    solutions : bool
        Whether the worked edition is part of it.
    pyodide : Path, optional
        A folder with Pyodide, which becomes part of the site. Without one, browsers fetch Pyodide
        from its public server.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    course = list(lessons(ROOT / "release"))
    build_lab([lesson.folder for lesson in course], target / "lab", pyodide)
    if solutions:
        for lesson in course:
            write_page(lesson, ROOT / "notebooks" / lesson.name, target / "read" / lesson.name)
    write_landing_page(course, target, solutions)
    # GitHub Pages otherwise leaves out what begins with an underscore.
    (target / ".nojekyll").touch()


def write_landing_page(course: list[Facts], target: Path, solutions: bool) -> None:
    """Write the page that the site opens with, and the lessons' pictures on it."""
    for lesson in course:
        if lesson.picture:
            pictures = target / "pictures" / lesson.name
            pictures.mkdir(parents=True)
            shutil.copy(lesson.folder / lesson.picture.address, pictures)
    templates = Environment(loader=PackageLoader("website"), autoescape=True, trim_blocks=True)
    page = templates.get_template("index.html.j2").render(course=course, solutions=solutions)
    (target / "index.html").write_text(page, encoding="utf-8")


def main() -> None:
    """Build the site from the command line."""
    parser = argparse.ArgumentParser(prog="python -m website", description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--without-solutions", action="store_true", help="no worked edition")
    parser.add_argument("--pyodide", type=Path, help="a folder with Pyodide, to serve with it")
    options = parser.parse_args()
    build(options.target, not options.without_solutions, options.pyodide)
    print(f"The site is in {options.target}; open it from a web server, for example with")
    print(f"python -m http.server --bind 127.0.0.1 --directory {options.target}")


if __name__ == "__main__":
    main()
