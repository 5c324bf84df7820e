"""Layouts: what an object is from given sides, small and rough, without light and background."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.base import Prior

__all__ = [
    "LAYOUTS",
    "LAYOUT_CHANNELS",
    "VOLUME",
    "DrawsLayouts",
    "Layout",
    "draws_layouts",
    "has_layouts",
    "spread",
    "to_maps",
]

LAYOUTS: Final = "layouts"
"""Folder in a prior's, of the network that draws them."""
VOLUME: Final = "volume.safetensors"
"""File in it, of the words' volumes."""
LAYOUT_CHANNELS: Final = 7
"""Of a layout as a network draws it: albedo over middle grey and opacity, both in -1 … 1, and normals."""


class Layout(NamedTuple):
    """V views of one object, without light and background.

    albedo: [V, 3, R, R] in 0 … 1, of what is there.  opacity: [V, 1, R, R] in 0 … 1.
    normals: [V, 3, R, R] in world space, shorter than 1 where an edge or nothing is.
    """

    albedo: Tensor
    opacity: Tensor
    normals: Tensor


@runtime_checkable
class DrawsLayouts(Protocol):
    """A prior that may bring a network for layouts along, which hears its cameras better than the prior does."""

    draws_layouts: bool

    def draw_layout(
        self,
        prompt: str,
        negative_prompt: str,
        cameras: Cameras,
        generator: torch.Generator,
        start: Layout | None = None,
        level: float = 1.0,
    ) -> Layout:
        """The views of these cameras, drawn together from nothing, or from others that are noised to a level.

        generator: on the CPU.  start: of any resolution.
        """
        ...


def has_layouts(folder: Path) -> bool:
    """Whether a prior's folder brings the network along."""
    return (folder / LAYOUTS).is_dir()


def draws_layouts(prior: Prior) -> bool:
    """Whether the prior can be asked for layouts."""
    return isinstance(prior, DrawsLayouts) and prior.draws_layouts


def spread(opacity: Tensor, nothing: float, whole: float) -> Tensor:
    """Opacity that is 0 up to one value and 1 from another on: a field that is to be half there becomes fog."""
    return ((opacity - nothing) / (whole - nothing)).clamp(0, 1)


def to_maps(colour: Tensor, opacity: Tensor, normals: Tensor) -> Tensor:
    """A layout as a network draws it: [..., 7, R, R], as LAYOUT_CHANNELS says.  colour: albedo times opacity."""
    return torch.cat([colour * 2 - opacity, opacity * 2 - 1, normals], dim=-3)  # 2 (colour + (1 - opacity) / 2) - 1
