"""Distances along many rays, each to those parts of its scene that it can meet.

A table lists the pairs of ray and part, sorted by ray, and below them the primitives of each, in local axes, gathered
by kind. Rays are fixed, so that each step along them costs one multiplication and addition a coordinate before the
primitive's own formula. On a GPU a step is a few dozen elementwise kernels over all rays of all scenes at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .distance import KERNELS
from .pack import Packed
from .primitives import Kind


@dataclass(frozen=True)
class Block:
    """The primitives of one kind: places in the list of all [n], rays [n], local rays [3, n], sizes [5, n]."""

    kind: Kind
    place: Tensor
    ray: Tensor
    origin: Tensor
    direction: Tensor
    size: Tensor


@dataclass(frozen=True)
class Table:
    """Q pairs of ray and part: part, ray [Q], the rays ascending; pieces [Q], its first primitive in the list."""

    part: Tensor
    ray: Tensor
    blocks: tuple[Block, ...]
    pieces: Tensor
    count: Tensor  # [Q], primitives of each pair
    softness: Tensor  # [Q]
    cut: Tensor  # [list], true for holes
    ray_first: Tensor  # [R + 1], where each ray's pairs begin in the list of pairs

    def part_distances(self, t: Tensor) -> Tensor:
        """Of each pair, at the distances t [R] along the rays: [Q]."""
        distances = torch.empty(len(self.cut), device=t.device)
        for block in self.blocks:
            x, y, z = block.origin + t[block.ray] * block.direction
            distances[block.place] = KERNELS[block.kind](x, y, z, block.size)
        result = distances[self.pieces]
        several = (self.count > 1).nonzero().squeeze(1)
        if len(several):
            result[several] = self._joined(distances, several)
        return result

    def distances(self, t: Tensor) -> Tensor:
        """Of each ray's nearest part: [R]; infinite for rays without any."""
        return torch.segment_reduce(self.part_distances(t), "min", offsets=self.ray_first, initial=torch.inf)

    def nearest(self, t: Tensor) -> Tensor:
        """The nearest part of each ray: [R]. Every ray must have one."""
        pairs = self.part_distances(t)
        least = torch.segment_reduce(pairs, "min", offsets=self.ray_first)
        index = torch.arange(len(pairs), device=t.device)
        index = torch.where(pairs <= least[self.ray], index, len(pairs))
        first = torch.full_like(self.ray_first[1:], len(pairs)).scatter_reduce_(0, self.ray, index, "amin")
        return self.part[first]

    def _joined(self, distances: Tensor, several: Tensor) -> Tensor:
        """Of pairs with more than one primitive: the soft minimum of the solids, less the holes."""
        count = self.count[several]
        owner, piece = _expanded(self.pieces[several], count)
        values, cut = distances[piece], self.cut[piece]
        offsets = _offsets(count)
        softness = self.softness[several]
        least = torch.segment_reduce(values.masked_fill(cut, torch.inf), "min", offsets=offsets)
        weight = torch.exp((least[owner] - values) / softness[owner]).masked_fill(cut, 0.0)
        union = least - softness * torch.segment_reduce(weight, "sum", offsets=offsets).log()
        hole = torch.segment_reduce((-values).masked_fill(~cut, -torch.inf), "max", offsets=offsets)
        return torch.maximum(union, hole)


def table(packed: Packed, ray: Tensor, part: Tensor, origins: Tensor, directions: Tensor) -> Table:
    """For pairs ray, part [Q], sorted by ray, of R rays: origins, directions [R, 3]."""
    count = packed.count[part]
    owner, piece = _expanded(packed.first[part], count)
    its_ray, kinds = ray[owner], packed.kind[piece]
    blocks = []
    for kind in Kind:
        place = (kinds == kind).nonzero().squeeze(1)
        if len(place) == 0:
            continue
        which, along = piece[place], its_ray[place]
        turn = packed.rotation[which]
        local = torch.einsum("nij,ni->jn", turn, origins[along] - packed.centre[which])
        aim = torch.einsum("nij,ni->jn", turn, directions[along])
        blocks.append(
            Block(kind, place, along, local.contiguous(), aim.contiguous(), packed.size[which].T.contiguous())
        )
    per_ray = torch.bincount(ray, minlength=len(origins))
    starts = _offsets(count)[:-1]
    return Table(part, ray, tuple(blocks), starts, count, packed.softness[part], packed.cut[piece], _offsets(per_ray))


def parts_of(packed: Packed, scene: Tensor) -> tuple[Tensor, Tensor]:
    """All pairs of points (or rays) with the parts of their scenes [R]: indices of the points [Q], parts [Q]."""
    return _expanded(packed.part_first[scene], packed.part_count[scene])


def _expanded(first: Tensor, count: Tensor) -> tuple[Tensor, Tensor]:
    """Ranges first … first + count - 1, one after another: the range's number and the value, both [sum of counts]."""
    owner = torch.repeat_interleave(count)
    within = torch.arange(len(owner), device=count.device) - _offsets(count)[owner]
    return owner, first[owner] + within


def _offsets(count: Tensor) -> Tensor:
    return torch.cat([count.new_zeros(1), count.cumsum(0)])
