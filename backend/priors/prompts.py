"""Directions in words: what a prior that sees one view at a time is told beside the prompt."""

from __future__ import annotations

import math
from typing import Final

from backend.cameras import Cameras

__all__ = ["every_view", "view_name", "view_prompts"]

VIEW_NAMES: Final = ("front", "side", "back", "overhead")


def view_name(azimuth: float, elevation: float) -> str:
    """The direction in a word, from angles in rad: overhead above 60°, else by quadrant (DreamFusion §3.2)."""
    if elevation > math.pi / 3:
        return "overhead"
    turn = abs(math.remainder(azimuth, 2 * math.pi))
    if turn < math.pi / 4:
        return "front"
    return "back" if turn > 3 * math.pi / 4 else "side"


def view_prompts(prompt: str, cameras: Cameras) -> list[str]:
    """The prompt with each camera's direction: "a mug, side view"."""
    angles = zip(cameras.azimuth.tolist(), cameras.elevation.tolist(), strict=True)
    return [_in_view(prompt, view_name(azimuth, elevation)) for azimuth, elevation in angles]


def every_view(prompt: str) -> list[str]:
    """The prompt with each direction that view_prompts may name."""
    return [_in_view(prompt, name) for name in VIEW_NAMES]


def _in_view(prompt: str, name: str) -> str:
    return f"{prompt}, {name} view"
