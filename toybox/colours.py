"""The colours that captions name, and those that objects bring along."""

from __future__ import annotations

from typing import Final

import numpy as np

from .vectors import Vec3

# sRGB in [0, 1]. The first thirteen are those of the first prior and the benchmark and keep their values.
COLOURS: Final[dict[str, Vec3]] = {
    "red": (0.82, 0.10, 0.09),
    "orange": (0.95, 0.48, 0.08),
    "yellow": (0.96, 0.83, 0.12),
    "green": (0.14, 0.58, 0.17),
    "blue": (0.12, 0.27, 0.80),
    "purple": (0.48, 0.16, 0.66),
    "pink": (0.96, 0.50, 0.68),
    "brown": (0.45, 0.26, 0.12),
    "black": (0.06, 0.06, 0.07),
    "white": (0.94, 0.94, 0.93),
    "gray": (0.50, 0.50, 0.52),
    "cyan": (0.15, 0.76, 0.80),
    "golden": (0.85, 0.64, 0.18),
    "lime": (0.60, 0.88, 0.20),
    "lavender": (0.72, 0.62, 0.93),
    "beige": (0.88, 0.78, 0.62),
}

# Other words for the same colours: learnt from captions, and understood by `parse`.
SYNONYMS: Final[dict[str, str]] = {
    "crimson": "red",
    "scarlet": "red",
    "violet": "purple",
    "rose": "pink",
    "chocolate": "brown",
    "dark": "black",
    "grey": "gray",
    "silver": "gray",
    "turquoise": "cyan",
    "teal": "cyan",
    "gold": "golden",
    "chartreuse": "lime",
    "lilac": "lavender",
    "tan": "beige",
    "azure": "blue",
    "emerald": "green",
}

# What parts are made of whose colour no caption names.
WOOD: Final[Vec3] = (0.50, 0.31, 0.15)
PALE_WOOD: Final[Vec3] = (0.75, 0.58, 0.35)
DARK: Final[Vec3] = (0.10, 0.10, 0.11)
BLACK: Final[Vec3] = (0.05, 0.05, 0.05)
WHITE: Final[Vec3] = (0.95, 0.95, 0.94)
STEEL: Final[Vec3] = (0.66, 0.67, 0.70)
IRON: Final[Vec3] = (0.30, 0.31, 0.33)
GLASS: Final[Vec3] = (0.55, 0.75, 0.88)
GREEN: Final[Vec3] = (0.16, 0.55, 0.18)
LEAF: Final[Vec3] = (0.18, 0.48, 0.14)
SKIN: Final[Vec3] = (0.93, 0.74, 0.58)
ORANGE: Final[Vec3] = (0.95, 0.50, 0.10)
YELLOW: Final[Vec3] = (0.97, 0.84, 0.15)
RED: Final[Vec3] = (0.82, 0.10, 0.09)
BLUE: Final[Vec3] = (0.16, 0.32, 0.72)
PINK: Final[Vec3] = (0.95, 0.62, 0.68)
BROWN: Final[Vec3] = (0.36, 0.20, 0.10)
CREAM: Final[Vec3] = (0.95, 0.88, 0.74)
CRUST: Final[Vec3] = (0.82, 0.56, 0.27)
STONE: Final[Vec3] = (0.64, 0.63, 0.61)
BRICK: Final[Vec3] = (0.62, 0.29, 0.22)
GOLD: Final[Vec3] = (0.88, 0.68, 0.20)
SAND: Final[Vec3] = (0.86, 0.73, 0.48)


def shade(colour: Vec3, rng: np.random.Generator) -> Vec3:
    """A colour as it happens to be today: its brightness varies by -15 to 12 %, each channel by 0.03."""
    varied = np.asarray(colour) * rng.uniform(0.85, 1.12) + rng.uniform(-0.03, 0.03, 3)
    red, green, blue = np.clip(varied, 0.02, 0.98).tolist()
    return red, green, blue


def named(word: str) -> str | None:
    """The colour that a word means, or None."""
    return word if word in COLOURS else SYNONYMS.get(word)
