"""The least and the most that a number of a job or of a cut may be: checked by them, and kept to by the interface."""

from __future__ import annotations

from typing import Final

WHOLE_NUMBERS: Final = {
    "seed": (0, 2**31 - 1),  # Blender's integer properties are signed 32-bit
    "steps": (1, 1_000_000),
    "triangles": (100, 2_000_000),
    "texture_size": (64, 8192),  # pixels a side
    "resolution": (16, 384),  # points a side; 384³ take 230 MB an array and half a minute
    "smoothing": (0, 100),  # rounds
}
NUMBERS: Final = {
    "size": (0.001, 1000.0),  # metres
    "strength": (0.02, 1.0),
    "distance": (0.0, 1.0),  # as a share of the largest side
    "threshold": (-2.0, 2.0),  # metres of the field, whose ball has radius 1: beyond is nothing but air
}


def bounds(name: str) -> dict[str, float]:
    """A number's range as the properties of Blender take it."""
    low, high = WHOLE_NUMBERS[name] if name in WHOLE_NUMBERS else NUMBERS[name]
    return {"min": low, "max": high}
