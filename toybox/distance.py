"""Signed distances to the primitives, exact outside; each in its own axes, negative inside.

Every function takes coordinates [N] and sizes [5, N], which mean what primitives.Kind says.
Sources: Quilez, "Distance functions" (iquilezles.org), but for the ellipsoid's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import torch
from torch import Tensor

from .primitives import Kind

Kernel: TypeAlias = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]

_NEWTON_STEPS: Final = 5  # leave an error below 1e-4 even where the semi-axes differ twentyfold
_OFF_CENTRE: Final = 1e-4  # in semi-axes: in the planes of symmetry the nearest point is not unique


def ellipsoid(x: Tensor, y: Tensor, z: Tensor, size: Tensor) -> Tensor:
    """The nearest point is a²p / (t + a²) for the t where it lies on the surface.

    Found by Newton's method on 1 - 1/|q(t)|, q = a p / (t + a²), which is concave and nearly linear in t, so that the
    steps approach from below and never overshoot (as for trust regions: Conn, Gould, Toint 2000, §7.3.3).
    """
    axes = size[:3]
    p = torch.maximum(torch.stack([x, y, z]).abs(), _OFF_CENTRE * axes)
    squares, scaled = axes * axes, axes * p
    t = (scaled - squares).amax(dim=0)
    for _ in range(_NEWTON_STEPS):
        share = 1 / (t + squares)
        q2 = (scaled * share).square()
        length2 = q2.sum(dim=0)
        t = t + length2 * (length2.sqrt() - 1) / (q2 * share).sum(dim=0)
    q = scaled / (t + squares)
    nearest = axes * q / q.norm(dim=0)
    outside = (p / axes).square().sum(dim=0) > 1
    distance = (p - nearest).norm(dim=0)
    return torch.where(outside, distance, -distance)


def box(x: Tensor, y: Tensor, z: Tensor, size: Tensor) -> Tensor:
    """With rounded edges."""
    rounding = size[3]
    a, b, c = x.abs() - size[0] + rounding, y.abs() - size[1] + rounding, z.abs() - size[2] + rounding
    outside = (a.clamp(min=0).square() + b.clamp(min=0).square() + c.clamp(min=0).square()).sqrt()
    return outside + torch.maximum(a, torch.maximum(b, c)).clamp(max=0) - rounding


def frustum(x: Tensor, y: Tensor, z: Tensor, size: Tensor) -> Tensor:
    """A cylinder or capped cone, with rounded edges."""
    rounding = size[3]
    bottom, top = _within(size[0], size[1], size[2], rounding)
    return _trapezium((x * x + y * y).sqrt(), z, bottom, top, size[2] - rounding) - rounding


def arc(x: Tensor, y: Tensor, z: Tensor, size: Tensor) -> Tensor:
    """A bent wire with round ends, or a whole torus."""
    radius, wire, angle = size[0], size[1], size[2]
    x = x.abs()
    sine, cosine = angle.sin(), angle.cos()
    flat = (x * x + y * y).sqrt()
    # The farthest direction within the arc: the point's own, or the arc's end.
    along = torch.where((cosine * x > sine * y) & (angle < 3.14159), sine * x + cosine * y, flat)
    return (flat * flat + z * z + radius * radius - 2 * radius * along).clamp(min=0).sqrt() - wire


def round_cone(x: Tensor, y: Tensor, z: Tensor, size: Tensor) -> Tensor:
    """The hull of two balls on the z-axis; of one ball where their distance is 0."""
    first, last, half = size[0], size[1], size[2]
    sine = torch.where(half > 0, (first - last) / (2 * half).clamp(min=1e-9), torch.zeros_like(half))
    cosine = (1 - sine * sine).clamp(min=0).sqrt()
    across2 = x * x + y * y
    up = z + half
    along = up * cosine - across2.sqrt() * sine
    to_first = (across2 + up * up).sqrt() - first
    to_last = (across2 + (z - half).square()).sqrt() - last
    to_side = across2.sqrt() * cosine + up * sine - first
    return torch.where(along < 0, to_first, torch.where(along > 2 * half * cosine, to_last, to_side))


def prism(x: Tensor, y: Tensor, z: Tensor, size: Tensor) -> Tensor:
    """A trapezium in xz, drawn out along y."""
    rounding = size[4]
    bottom, top = _within(size[0], size[1], size[2], rounding)
    outline = _trapezium(x.abs(), z, bottom, top, size[2] - rounding)
    depth = y.abs() - size[3] + rounding
    outside = (outline.clamp(min=0).square() + depth.clamp(min=0).square()).sqrt()
    return outside + torch.maximum(outline, depth).clamp(max=0) - rounding


def _within(bottom: Tensor, top: Tensor, half: Tensor, margin: Tensor) -> tuple[Tensor, Tensor]:
    """Half widths of the trapezium whose sides all lie a margin within another's; 0 where there is none."""
    slope = (top - bottom) / (2 * half)
    inwards = margin * (1 + slope * slope).sqrt()
    return (bottom + slope * margin - inwards).clamp(min=0), (top - slope * margin - inwards).clamp(min=0)


def _trapezium(x: Tensor, z: Tensor, bottom: Tensor, top: Tensor, half: Tensor) -> Tensor:
    """For x ≥ 0: half widths at z = ±half; exact in two dimensions."""
    over_x = x - torch.minimum(x, torch.where(z < 0, bottom, top))
    over_z = z.abs() - half
    slope_x, slope_z = top - bottom, 2 * half
    away_x, away_z = top - x, half - z
    t = ((away_x * slope_x + away_z * slope_z) / (slope_x * slope_x + slope_z * slope_z)).clamp(0, 1)
    side_x, side_z = x - top + slope_x * t, z - half + slope_z * t
    nearest = torch.minimum(over_x * over_x + over_z * over_z, side_x * side_x + side_z * side_z).sqrt()
    return torch.where((side_x < 0) & (over_z < 0), -nearest, nearest)


KERNELS: Final[dict[Kind, Kernel]] = {
    Kind.ELLIPSOID: ellipsoid,
    Kind.BOX: box,
    Kind.FRUSTUM: frustum,
    Kind.ARC: arc,
    Kind.ROUND_CONE: round_cone,
    Kind.PRISM: prism,
}
