"""Values of the presets' inner settings: as people type them, and checked against what a setting is annotated with."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

from .did_you_mean import with_nearest
from .errors import BadSpec


def read_value(text: str) -> Any:
    """What somebody typed: a number, true, false, or a word."""
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def convert(kind: Any, value: Any, where: str) -> Any:
    """`value` as the annotation `kind` wants it. Raises BadSpec."""
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    # All whole numbers among the settings are counts and sizes of things that must be there.
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    if kind in (bool, str) and isinstance(value, kind):
        return value
    if get_origin(kind) is tuple and isinstance(value, list) and value:
        return tuple(convert(get_args(kind)[0], each, where) for each in value)
    if value in (get_args(kind) if get_origin(kind) is Literal else ()):
        return value
    raise BadSpec(f"The setting {where} is {value!r}; it must be {permitted(kind)}")


def permitted(kind: Any) -> str:
    """What values an annotation permits, in words."""
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if get_origin(kind) is tuple:
        return f"a list, each of them {permitted(get_args(kind)[0])}"
    return {int: "a whole number of at least 1", float: "a number", bool: "true or false", str: "text"}.get(
        kind, str(kind)
    )


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """The nearest known name, and all of them."""
    return with_nearest(name, known, f"There are: {', '.join(known)}")
