"""A thing: a name, the words for it, and a builder of its many shapes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np

from .scene import Shape

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Variation:
    """What a builder draws its proportions from. Equal seeds give equal shapes."""

    rng: np.random.Generator
    size: str = ""  # "tall" and "wide" change proportions here; "small" is left to the composition
    pose: str = ""

    def uniform(self, low: float, high: float) -> float:
        """Any number between."""
        return float(self.rng.uniform(low, high))

    def height(self, low: float, high: float) -> float:
        """A number between, more for a tall thing."""
        return self.uniform(low, high) * (1.5 if self.size == "tall" else 1.0)

    def width(self, low: float, high: float) -> float:
        """A number between, more for a wide thing."""
        return self.uniform(low, high) * (1.5 if self.size == "wide" else 1.0)

    def choice(self, *options: Choice) -> Choice:
        """One of them."""
        return options[int(self.rng.integers(len(options)))]

    def chance(self, probability: float) -> bool:
        """True as often as that."""
        return bool(self.rng.random() < probability)


Builder: TypeAlias = Callable[[Variation], Shape]


@dataclass(frozen=True)
class Thing:
    """One kind of object."""

    name: str
    phrase: str  # with {0}, {1}, … for its colours
    build: Builder
    sizes: tuple[str, ...] = ()  # which of "tall" and "wide" its builder heeds; "small" all can be
    patterns: bool = False  # whether its first colour may come as stripes, dots or two tones
    poses: tuple[str, ...] = ()

    @property
    def slots(self) -> int:
        """How many colours its caption names."""
        return len(set(re.findall(r"\{\d\}", self.phrase)))
