"""docs/settings.md lists every setting, as the code has it."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import pytest
from traitlets import TraitError, TraitType
from traitlets.config import Config, Configurable

from proctor.lesson import Lesson, RunLimits
from proctor.lesson.settings import ExecuteSubmission
from proctor.nbgrader_plugin import WriteFeedback
from proctor.sandbox.protocol.limits import Limits
from proctor.submission.intake import Intake
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "settings.md"
HEAD = """\
<!-- Made from the code: pytest tests/unit/test_settings.py --regenerate -->

# Settings

What [nbgrader_config.py](../nbgrader_config.py) may set for proctor, beside \
[nbgrader's own settings](https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html):

```python
c.ExecuteSubmission.cell_timeout = 60
```

For one run, give a setting on the command line, to `proctor autograde` as to `nbgrader autograde`:

```
proctor autograde 01_convolutional_layer --ExecuteSubmission.cell_timeout=60
```

A limit can change a grade, so changing one regrades everybody at the next `proctor autograde`.
"""
SECTIONS = {
    "How a submission runs": ExecuteSubmission,
    "What is accepted as a submission": Intake,
    "What feedback pages say": WriteFeedback,
}


def page() -> str:
    """Return what docs/settings.md has to be."""
    sections = [HEAD]
    for title, kind in SECTIONS.items():
        sections.append(f"\n## {title}\n\n| setting | default | description |\n|:--|--:|:--|\n")
        traits = kind.class_own_traits(config=True)
        sections += [row(kind, name, trait) for name, trait in traits.items()]
    return "".join(sections)


def row(kind: type[Configurable], name: str, trait: TraitType[Any, Any]) -> str:
    """Return the row of a setting."""
    default = trait.default()
    if isinstance(default, str):
        text = f"`{default}`" if default else "empty"
    else:
        text = f"{default:,}" if isinstance(default, int) else f"{default:,g}"
    return f"| `{kind.__name__}.{name}` | {text} | {cleandoc(trait.help)} |\n"


def test_page_lists_every_setting(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--regenerate"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_class_that_can_be_configured_is_listed() -> None:
    found = set()
    for path in (ROOT / "proctor").rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        # What nbconvert has of its own is no setting of ours.
        if any(
            ".tag(config=True)" in each and "display_data_priority" not in each for each in lines
        ):
            found.add(path.stem)
    assert found == {kind.__module__.rpartition(".")[2] for kind in SECTIONS.values()}


def test_settings_reach_the_lesson() -> None:
    """Each limit is set by one setting, and each setting sets a limit of its own."""
    names = set(ExecuteSubmission.class_own_traits(config=True))
    default = ExecuteSubmission()
    assert (default.limits, default.wall) == (RunLimits(), Limits())
    changed = [
        (settings.limits, settings.wall)
        for name in sorted(names - {"max_file_bytes", "run_tests", "secret_file"})
        if (settings := ExecuteSubmission(**{name: 7}))
    ]
    assert len(set(changed)) == len(changed)
    assert (default.limits, default.wall) not in changed
    digests = {Lesson("", "", (), {}, limits=run, wall=wall).digest for run, wall in changed}
    assert len(digests) == len(changed)


@pytest.mark.parametrize(
    ("section", "name", "seconds", "call", "nbgraders_call"),
    [
        ("Execute", "timeout", 120, 10, 120),
        ("ExecuteSubmission", "cell_timeout", 60.0, 10, 60),
        ("ExecuteSubmission", "call_timeout", 10, 10, 10),
        ("ExecuteSubmission", "call_timeout", 45.0, 45, 45),
    ],
)
def test_a_call_by_a_test_of_nbgraders_kind_may_take_as_long_as_a_cell(
    section: str, name: str, seconds: float, call: float, nbgraders_call: float
) -> None:
    config = Config({section: {name: seconds}})
    limits = ExecuteSubmission(config=config).limits
    assert (limits.call, limits.nbgraders_call) == (call, nbgraders_call)


def test_both_sides_of_the_line_keep_as_much_output() -> None:
    settings = ExecuteSubmission(max_output_bytes=2_000_000)
    assert settings.wall.output_bytes == settings.limits.output_bytes == 2_000_000


def test_settings_are_those_of_the_section_in_the_configuration() -> None:
    config = Config()
    config.ExecuteSubmission.max_processes = 9
    assert ExecuteSubmission(config=config).wall.processes == 9
    config.ExecuteSubmission.max_processes = 0
    with pytest.raises(TraitError, match="max_processes"):
        ExecuteSubmission(config=config)
