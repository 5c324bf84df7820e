"""A step of the layouts' training: groups of four views as maps, and who is captioned."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from backend.priors.layouts import to_maps
from toybox.training.blocks import RING
from toybox.training.settings import BatchSettings
from toybox.training.store import Chunk

__all__ = ["LayoutBatch", "draw_layouts", "each_view"]


class LayoutBatch(NamedTuple):
    """G groups of four views.

    maps: [4 G, 7, R, R] as `LAYOUT_CHANNELS` says.  toy: [G], which of the store's.  pose: [4 G, 3, 4].  fov: [4 G].
    captioned: [G] bool; the others are drawn for the empty prompt, for guidance.
    """

    maps: Tensor
    toy: Tensor
    pose: Tensor
    fov: Tensor
    captioned: Tensor


def draw_layouts(store: Chunk, toys: int, settings: BatchSettings, generator: torch.Generator) -> LayoutBatch:
    """toys: how many of the store's first are there."""
    device, groups = generator.device, settings.groups
    rand = torch.rand(2, groups, generator=generator, device=device)
    toy = (rand[0] * toys).long()
    maps = to_maps(store.albedo[toy] / 255, store.mask[toy] / 255, store.normal[toy] / 127)
    captioned = rand[1] >= settings.drop_caption
    pose, fov = store.pose[toy].flatten(0, 1), store.fov[toy].flatten()
    return LayoutBatch(maps.flatten(0, 1), toy, pose, fov, captioned)


def each_view(of_groups: Tensor) -> Tensor:
    """What holds for groups, for each of their views."""
    return of_groups.repeat_interleave(RING, dim=0)
