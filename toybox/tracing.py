"""Sphere tracing: where rays first meet a scene's surface (Hart 1996)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from .evaluation import parts_of, table
from .pack import Packed

HIT: Final = 5e-4  # a ray that comes this close to a surface has met it
NEARLY: Final = 3e-3  # and one that is this close when its steps are used up
STEPS: Final = 64
SIFT_EVERY: Final = 4  # steps after which rays that are done leave the table
_TETRAHEDRON: Final = ((1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, 1.0, 1.0))
_OFFSET: Final = 1e-3  # of the finite differences for normals


@dataclass(frozen=True)
class Hits:
    """Those of the rays that met something: ray, part [H]; distance along the ray [H]; point, normal [H, 3]."""

    ray: Tensor
    part: Tensor
    distance: Tensor
    point: Tensor
    normal: Tensor


def trace(packed: Packed, scene: Tensor, origins: Tensor, directions: Tensor) -> Hits:
    """The first hit of each ray [R, 3] in its own scene [R]."""
    ray, part, entry, leave = _candidates(packed, scene, origins, directions)
    t = torch.full((len(origins),), torch.inf, device=origins.device)
    t.scatter_reduce_(0, ray, entry, "amin")
    met = torch.zeros(len(origins), dtype=torch.bool, device=origins.device)
    for step in range(0, STEPS, SIFT_EVERY):
        alive = ray.unique_consecutive()
        if len(alive) == 0:
            break
        # Rays in the table are numbered anew, so that its cost is that of the rays still under way.
        local = torch.searchsorted(alive, ray)
        rows = table(packed, local, part, origins[alive], directions[alive])
        at, near = t[alive], torch.zeros(len(alive), dtype=torch.bool, device=t.device)
        for _ in range(SIFT_EVERY):
            distance = rows.distances(at)
            near |= distance < HIT
            at = torch.where(near, at, at + distance)
        if step + SIFT_EVERY >= STEPS:
            near |= rows.distances(at) < NEARLY
        t[alive], met[alive] = at, near
        keep = ~near[local] & (t[ray] < leave)
        ray, part, leave = ray[keep], part[keep], leave[keep]
    hit = met.nonzero().squeeze(1)
    point = origins[hit] + t[hit, None] * directions[hit]
    nearest = _nearest(packed, scene[hit], point)
    return Hits(hit, nearest, t[hit], point, _normals(packed, nearest, point))


def _candidates(packed: Packed, scene: Tensor, origins: Tensor, directions: Tensor) -> tuple[Tensor, ...]:
    """Rays and the parts whose spheres they pierce, sorted by ray, with the distances of entry and exit: all [Q]."""
    ray, part = parts_of(packed, scene)
    offset = packed.part_centre[part] - origins[ray]
    middle = (offset * directions[ray]).sum(dim=-1)
    half2 = packed.radius[part].square() - offset.square().sum(dim=-1) + middle.square()
    pierced = ((half2 > 0) & (middle + half2.clamp(min=0).sqrt() > 0)).nonzero().squeeze(1)
    middle, half = middle[pierced], half2[pierced].sqrt()
    return ray[pierced], part[pierced], (middle - half).clamp(min=0), middle + half


def _nearest(packed: Packed, scene: Tensor, point: Tensor) -> Tensor:
    """The part on which each point lies: [H]."""
    ray, part = parts_of(packed, scene)
    close = (packed.part_centre[part] - point[ray]).norm(dim=-1) < packed.radius[part] + NEARLY
    ray, part = ray[close], part[close]
    rows = table(packed, ray, part, point, torch.zeros_like(point))
    return rows.nearest(torch.zeros(len(point), device=point.device))


def _normals(packed: Packed, part: Tensor, point: Tensor) -> Tensor:
    """The gradient of the part's distance from four differences: [H, 3]."""
    gradient = torch.zeros_like(point)
    index = torch.arange(len(part), device=part.device)
    zero = torch.zeros(len(part), device=point.device)
    for corner in torch.tensor(_TETRAHEDRON, device=point.device):
        rows = table(packed, index, part, point + _OFFSET * corner, torch.zeros_like(point))
        gradient += rows.part_distances(zero)[:, None] * corner
    return gradient / gradient.norm(dim=-1, keepdim=True).clamp(min=1e-9)
