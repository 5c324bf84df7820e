"""What a caption says, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

PatternName: TypeAlias = Literal["plain", "striped", "dotted", "two-tone"]
Relation: TypeAlias = Literal["on", "under", "next to", "inside", "wearing"]

RELATIONS: Final[tuple[Relation, ...]] = ("on", "under", "next to", "inside", "wearing")
SIZES: Final = ("tall", "small", "wide")
PATTERNS: Final[tuple[PatternName, ...]] = ("plain", "striped", "dotted", "two-tone")


@dataclass(frozen=True)
class Item:
    """One object: its name in THINGS and what the caption says of it."""

    name: str
    colours: tuple[str, ...] = ()  # one for each {n} in its phrase
    pattern: PatternName = "plain"  # of its first colour
    second: str = ""  # the pattern's other colour
    size: str = ""  # one of SIZES
    pose: str = ""  # one of the thing's poses; none: any


@dataclass(frozen=True)
class Description:
    """One object, or two and what is between them: `first` is on, under, next to, inside or wearing `other`."""

    first: Item
    relation: Relation | None = None
    other: Item | None = None

    def items(self) -> tuple[Item, ...]:
        """One or two."""
        return (self.first,) if self.other is None else (self.first, self.other)
