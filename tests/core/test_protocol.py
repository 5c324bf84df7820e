"""Messages: a line each, whatever they hold; and errors that arrive as they left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamfusion_blender import errors, protocol
from dreamfusion_blender.errors import ProtocolMismatch, Remedy
from dreamfusion_blender.version import VERSION

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.text(), values, max_size=4))
def test_a_message_is_one_line_and_comes_back_the_same(content):
    message = {**content, "type": "progress"}
    line = protocol.encode(message)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert protocol.decode(line) == message


def test_what_is_no_number_becomes_null():
    line = protocol.encode({"type": "progress", "loss": float("nan"), "losses": [float("inf"), 1.0]})
    assert protocol.decode(line) == {"type": "progress", "loss": None, "losses": [None, 1.0]}


@pytest.mark.parametrize(
    "line", [b"", b"hello\n", b"[]\n", b"{}\n", b'{"type": 3}\n', b"\xff\xfe\n", b'{"type": "x"\n']
)
def test_nonsense_is_quoted(line):
    with pytest.raises(ProtocolMismatch, match="one JSON object a line"):
        protocol.decode(line)


def test_only_the_same_version_is_greeted():
    protocol.check_hello({"type": "hello", "protocol": protocol.PROTOCOL, "version": VERSION})
    for other in ({"protocol": 99, "version": VERSION}, {"protocol": protocol.PROTOCOL, "version": "0.0.1"}, {}):
        with pytest.raises(ProtocolMismatch, match="restart Blender"):
            protocol.check_hello({"type": "hello", **other})
    with pytest.raises(ProtocolMismatch, match="greeting"):
        protocol.check_hello({"type": "progress"})


@pytest.mark.parametrize("cls", errors.error_classes().values())
def test_every_error_arrives_as_it_left(cls):
    error = cls("what happened", Remedy("Do this", operator="dreamfusion.do", command="do"))
    arrived = errors.from_event(protocol.decode(protocol.encode({"type": "error", **error.to_event()})))
    assert type(arrived) is cls
    assert (arrived.message, arrived.remedy, arrived.exit_code) == (error.message, error.remedy, error.exit_code)


def test_an_error_of_a_newer_backend_keeps_its_words():
    assert errors.from_event({"code": "of the future", "message": "what happened"}).message == "what happened"


def test_error_codes_are_distinct_and_every_error_is_a_failure():
    classes = errors.base._descendants(errors.DreamFusionError)
    assert len({cls.code for cls in classes}) == len(classes)
    assert all(cls.exit_code != 0 for cls in classes)
