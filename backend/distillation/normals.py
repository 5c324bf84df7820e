"""Normals of the field's surfaces, beside the colours, for priors that see both (Wonder3D's idea, 2310.15008)."""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.fields.base import Field
from backend.priors.base import Prior, SeesNormals
from backend.rendering.base import Rendered

__all__ = ["disagreement", "normal_pictures", "surface_normals", "wants_normals"]

SOLID: Final = 0.5  # opacity from which a ray has one surface
_CLEAR: Final = 0.5  # least length of a denoised picture's normal that counts; at edges and backgrounds it is shorter


def wants_normals(prior: Prior) -> bool:
    """Whether the prior's pictures have six channels."""
    return isinstance(prior, SeesNormals) and prior.sees_normals


def surface_normals(field: Field, seen: Rendered, among: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Which rays meet a surface, [N], and its normals there, [N, 3]: unit length, outwards, differentiable.

    among: [R] bool, the rays that are asked about; all if None.
    """
    is_solid = seen.opacity.detach() > SOLID
    solid = (is_solid if among is None else is_solid & among).nonzero()[:, 0]
    return solid, field.normal(seen.points[solid].detach())


def normal_pictures(solid: Tensor, normals: Tensor, views: int, size: int) -> Tensor:
    """[V, 3, H, W] in 0 … 1: half of a normal plus one half, which is all there is where no surface is.

    solid, normals: of surface_normals, of all rays of V pictures of size² pixels.
    """
    whole = normals.new_zeros(views * size * size, 3).index_put((solid,), normals)
    return (whole / 2 + 0.5).view(views, size, size, 3).permute(0, 3, 1, 2)


def disagreement(solid: Tensor, normals: Tensor, wanted: Tensor) -> Tensor:
    """Mean of 1 - cos between normals and what was wanted there; 0 where nothing was.

    solid, normals: of surface_normals.  wanted: [R, 3] of all rays, from pictures: of any length.
    """
    there = wanted[solid]
    length = there.norm(dim=-1)
    away = 1 - (normals * F.normalize(there, dim=-1)).sum(dim=-1)
    return torch.where(length > _CLEAR, away, 0.0).sum() / max(1, len(wanted))
