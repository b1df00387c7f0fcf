"""What is cut out of a notebook's text before it is parsed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.submission import lean
from proctor.submission.lean import (
    MAX_METADATA,
    MAX_STEPS,
    MAX_VALUES,
    TooDeepError,
    TooManyError,
    has_too_many_values,
    without_ballast,
)
from tests.support.hypothesis_settings import settings

AT_A_GLANCE = lean._may_hold_too_many


@pytest.fixture(autouse=True, scope="module")
def _few_are_too_many() -> Iterator[None]:
    """Cut outputs out of small texts, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lean, "_may_hold_too_many", lambda text: True)
        yield


VALUES = st.recursive(
    st.none() | st.integers() | st.text('"\\[]{},:ab\n'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('"\\[]{},:ab'), inner),
)


@settings(max_examples=300)
@given(VALUES, st.text('"\\[]{},:outps ', max_size=30), st.booleans())
def test_outputs_are_cut_out_and_nothing_else(value: object, text: str, spaced: bool) -> None:
    cells = [{"outputs": [value], "source": text, "metadata": {"a": value}} for _ in range(2)]
    notebook = json.dumps({"cells": cells, "x": value}, indent=2 if spaced else None)
    kept = json.loads(without_ballast(notebook))
    assert kept["x"] == value
    for cell in kept["cells"]:
        assert cell["outputs"] == []
        assert cell["source"] == text
        assert cell["metadata"] in ({}, {"a": value})


def test_large_metadata_is_cut_out() -> None:
    small, large = ({"a": "x" * number} for number in (100, MAX_METADATA))
    notebook = json.dumps([{"metadata": small}, {"metadata": large}, {"metadata": small}])
    assert json.loads(without_ballast(notebook)) == [
        {"metadata": small},
        {"metadata": {}},
        {"metadata": small},
    ]


@pytest.mark.parametrize(
    "text", ['{"outputs": [', '{"outputs": ["', '{"outputs": [{}', '"outputs":']
)
def test_what_is_no_json_stays_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Extra"):
        json.loads(without_ballast(text))


def test_a_glance_overlooks_nothing() -> None:
    for value in ("1", "{}", '""', '{"":1}', "[[]]"):
        assert AT_A_GLANCE(f"[{','.join([value] * (MAX_VALUES + 1))}]")
    assert not AT_A_GLANCE('{"cells": []}' * 100)


def test_what_would_take_long_is_refused() -> None:
    with pytest.raises(TooDeepError):
        without_ballast('{"outputs":' + "[" * 1000)
    with pytest.raises(TooManyError):
        without_ballast('{"outputs": [' + f"{'[' * 8}{']' * 8}," * MAX_STEPS)


@pytest.mark.parametrize("value", ["{}", "[]", '"a"', "1", '{"a":1}', "null"])
def test_values_are_counted(value: str) -> None:
    assert has_too_many_values(f"[{','.join([value] * (MAX_VALUES + 1))}]")
    assert not has_too_many_values(f"[{','.join([value] * (MAX_VALUES // 3))}]")
    # In a text, they are none.
    assert not has_too_many_values(json.dumps(f"[{','.join([value] * MAX_VALUES)}]"))
