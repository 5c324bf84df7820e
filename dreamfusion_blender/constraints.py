"""What an artist can ask of a shape besides words: proportions, a mirror, colours, a flat base, guides.

Settings like any other (`--set constraints.symmetry=exact`), kept with the core so that a mistake in them is found
before a job begins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

from .errors import BadSpec

__all__ = [
    "ConstraintSettings",
    "Symmetry",
    "check_constraints",
    "has_floor_in_field",
    "parse_palette",
    "parse_ratio",
]

Symmetry = Literal["none", "soft", "exact"]

_PART: Final = "constraints."
_LARGEST_RATIO: Final = 20.0  # thinner things fall between the points of the grids
_MOST_COLOURS: Final = 32
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class ConstraintSettings:
    """Weights are shares of what works well: 1 is that, 0 is off."""

    symmetry: Symmetry = "none"  # left and right alike: "exact" mirrors the right side (x > 0), "soft" is a wish
    symmetry_weight: float = 1.0  # weight of soft symmetry
    ratio: str = ""  # width:depth:height of the bounding box, such as 1:2:0.5; empty: free
    ratio_weight: float = 1.0  # weight of the bounding box's proportions
    palette: str = ""  # colours that albedo is drawn to, such as "#c02010 #ffffff"; empty: free
    palette_weight: float = 1.0  # weight of the palette's colours
    flat_base: bool = False  # nothing below a plane that the object stands on
    base_weight: float = 1.0  # weight of touching the base's plane, where that is known beforehand
    may_weight: float = 1.0  # weight against matter outside the guides that say where it may be
    must_weight: float = 1.0  # weight for matter inside the guides that say where it must be

    @classmethod
    def of(cls, overrides: Mapping[str, Any]) -> ConstraintSettings:
        """Those among a job's overrides, which have been checked."""
        given = {name.removeprefix(_PART): value for name, value in overrides.items() if name.startswith(_PART)}
        return cls(**given)


def parse_ratio(text: str) -> tuple[float, float, float] | None:
    """Width, depth and height, the largest 1; None for an empty text. Raises BadSpec."""
    if not text.strip():
        return None
    try:
        values = [float(each) for each in text.split(":")]
    except ValueError:
        values = []
    if len(values) != 3 or not all(0 < value < float("inf") for value in values):
        raise BadSpec(f"ratio is {text!r}; it must be width:depth:height, three positive numbers such as 1:2:0.5")
    largest = max(values)
    if largest / min(values) > _LARGEST_RATIO:
        raise BadSpec(f"ratio is {text!r}; no side may be more than {_LARGEST_RATIO:g} times another")
    width, depth, height = (value / largest for value in values)
    return width, depth, height


def parse_palette(text: str) -> tuple[tuple[float, float, float], ...]:
    """Colours as sRGB in 0 … 1; none for an empty text. Raises BadSpec."""
    words = text.replace(",", " ").split()
    for word in words:
        if not _COLOUR.fullmatch(word):
            raise BadSpec(f"palette has {word!r}; it must be colours such as #c02010, parted by spaces")
    if len(words) > _MOST_COLOURS:
        raise BadSpec(f"palette has {len(words)} colours; permitted: at most {_MOST_COLOURS}")
    return tuple(tuple(int(word[i : i + 2], 16) / 255 for i in (1, 3, 5)) for word in words)  # type: ignore[misc]


def has_floor_in_field(settings: ConstraintSettings, meshes: Collection[str]) -> bool:
    """Whether a flat base is a part of the field, and not cut with the mesh.

    It is where the given shape or the box of the proportions ends: that is known before there is an object. What must
    be there is no whole shape.  meshes: the names of the given ones, of start, may and must.
    """
    if not settings.flat_base:
        return False
    if not meshes:
        return parse_ratio(settings.ratio) is not None
    return set(meshes) != {"must"}


def check_constraints(overrides: Mapping[str, Any]) -> None:
    """Raise BadSpec for a constraint among a job's overrides that could not be kept."""
    kinds = {each.name: type(each.default) for each in fields(ConstraintSettings)}
    given = {name.removeprefix(_PART): value for name, value in overrides.items() if name.startswith(_PART)}
    for name, value in given.items():
        if name not in kinds:
            raise BadSpec(f"No constraint is called {name!r}; there are: {', '.join(kinds)}")
        if kinds[name] is float and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0):
            raise BadSpec(f"{_PART}{name} is {value!r}; it must be a number from 0 on, 1 is usual")
        if kinds[name] in (str, bool) and not isinstance(value, kinds[name]):
            raise BadSpec(
                f"{_PART}{name} is {value!r}; it must be {'true or false' if kinds[name] is bool else 'text'}"
            )
    if (symmetry := given.get("symmetry", "none")) not in get_args(Symmetry):
        raise BadSpec(f"{_PART}symmetry is {symmetry!r}; it must be one of {', '.join(get_args(Symmetry))}")
    parse_ratio(given.get("ratio", ""))
    parse_palette(given.get("palette", ""))
