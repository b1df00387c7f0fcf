"""Messages: what was sent arrives, and nothing else is taken for a message."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.sandbox.protocol import messages
from proctor.sandbox.protocol.messages import (
    Answer,
    Done,
    Error,
    Message,
    MessageError,
    Request,
    RunCell,
    Text,
    pack,
    unpack,
)
from tests.support.hypothesis_settings import settings

KINDS: list[type[Message]] = [*Request.__args__, *Answer.__args__]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=5,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(),
    "int": st.integers(),
    "bool": st.booleans(),
    "list[str]": st.lists(st.text()),
    "list[Any]": st.lists(JSON),
    "dict[str, Any]": st.dictionaries(st.text(), JSON),
    "Any": JSON,
}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def example(kind: type[Message], data: st.DataObject) -> Message:
    """Draw a message of some type."""
    fields = {str(field.name): str(field.type) for field in dataclasses.fields(kind)}
    return kind(**{name: data.draw(FIELDS[type_]) for name, type_ in fields.items()})


def across(content: Any) -> Any:
    """Return what arrives as JSON."""
    return json.loads(json.dumps(content))


def test_every_type_can_be_sent() -> None:
    declared = {kind for kind in vars(messages).values() if dataclasses.is_dataclass(kind)}
    assert declared == set(KINDS)


@each_kind
@given(data=st.data())
@settings(max_examples=25)
def test_what_was_sent_arrives(kind: type[Message], data: st.DataObject) -> None:
    message = example(kind, data)
    arrived = unpack(across(pack(message)))
    assert type(arrived) is kind and arrived == message


@each_kind
@given(data=st.data())
@settings(max_examples=25)
def test_a_field_more_or_less_is_refused(kind: type[Message], data: st.DataObject) -> None:
    content = across(pack(example(kind, data)))
    with pytest.raises(MessageError, match="an unknown message"):
        unpack([*content, data.draw(JSON)])
    with pytest.raises(MessageError, match="an unknown message"):
        unpack(content[:-1])


@pytest.mark.parametrize(
    ("message", "place", "value"),
    [
        (RunCell("x", 1), 1, None),
        (RunCell("x", 1), 1, 7),
        (RunCell("x", 1), 2, "1"),
        (RunCell("x", 1), 2, True),
        (RunCell("x", 1), 2, 1.0),
        (Text("stdout", "x"), 2, ["x"]),
        (Error("E", "", []), 3, "line"),
        (Error("E", "", []), 3, {}),
        (messages.FindNames(["f"], False), 1, "f"),
        (messages.Display({}, {}), 1, []),
        (messages.CallFunction("f", [], [], [], False, True, False), 4, None),
        (messages.CallFunction("f", [], [], [], False, True, False), 5, 1),
    ],
)
def test_a_field_of_another_type_is_refused(message: Message, place: int, value: object) -> None:
    content = pack(message)
    content[place] = value
    name = type(message).__name__
    with pytest.raises(MessageError, match=f"^a {name} with a field of the wrong type$"):
        unpack(content)


@pytest.mark.parametrize(
    "content",
    [None, 7, "Done", [], {}, [None], [["Done"]], [{}], ["MessageError"], ["done"], ["object"]],
)
def test_what_is_no_message_is_refused(content: object) -> None:
    with pytest.raises(MessageError, match="an unknown message"):
        unpack(content)


@given(JSON, st.sampled_from(KINDS), st.lists(JSON))
@settings(max_examples=200)
def test_anything_is_a_message_or_refused(
    content: object, kind: type[Message], fields: list[object]
) -> None:
    for odd in (content, [kind.__name__, *fields]):
        try:
            message = unpack(odd)
        except MessageError:
            continue
        assert pack(message) == odd


def test_a_message_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RunCell("x", 1).source = "y"  # type: ignore[misc]
    assert Done() == Done()
