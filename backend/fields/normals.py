"""Normals of a surface function: from differences of its values, or from its exact derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["analytic_normal", "difference_normal"]

Surface = Callable[[Tensor], Tensor]  # points [P, 3] to values [P] that grow inwards

# Four corners of a tetrahedron: a gradient from four values instead of six (Quilez' finite differences).
TETRAHEDRON: Final = ((1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, 1.0, 1.0))
# Square of the slope below which a normal fades to nothing instead of being noise.
EPSILON: Final = 1e-6


def difference_normal(surface: Surface, points: Tensor, step: float) -> Tensor:
    """Outward unit normals [P, 3] from four values each, `step` (m) off the points along every axis.

    Needs no derivative with respect to the points, so that any field can be trained through it.
    """
    corners = points.new_tensor(TETRAHEDRON)
    taps = points[:, None] + step * corners
    values = surface(taps.reshape(-1, 3)).view(-1, 4)
    return F.normalize(-(values @ corners), dim=-1, eps=1e-6)


def analytic_normal(surface: Surface, points: Tensor) -> Tensor:
    """Outward unit normals [P, 3], -∇d / |∇d|, by automatic differentiation.  DreamFusion §3.1.

    Where gradients are recorded the result can be differentiated again, so that light on the surface shapes it.
    """
    differentiable = torch.is_grad_enabled()
    with torch.enable_grad():
        where = points if points.requires_grad else points.detach().requires_grad_()
        (slope,) = torch.autograd.grad(surface(where).sum(), where, create_graph=differentiable)
    # The constant stands inside the root, whose derivative is infinite at 0.
    return -slope / (slope.square().sum(dim=-1, keepdim=True) + EPSILON).sqrt()
