"""Fields on regular grids of points, which is how meshing and previews take them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from backend.fields.base import FieldGrid, FieldSample

__all__ = ["on_grid"]


@torch.no_grad()
def on_grid(field: Callable[[Tensor], FieldSample], resolution: int, device: torch.device) -> FieldGrid:
    """A field at resolution³ points; computed slab by slab, to keep memory small."""
    axis = torch.linspace(-1, 1, resolution, device=device)
    surfaces, albedos = [], []
    for x in axis:
        sample = field(torch.cartesian_prod(x[None], axis, axis))
        surfaces.append(sample.surface.view(resolution, resolution))
        albedos.append(sample.albedo.view(resolution, resolution, 3))
    return FieldGrid(torch.stack(surfaces), torch.stack(albedos))
