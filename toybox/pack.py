"""Many scenes as flat tensors: all primitives one after another, part by part, scene by scene.

Scenes differ in how many parts they have, and parts in how many primitives; nothing is padded. Parts without a blend
are taken apart into single solids first, so that only real blends and cuts need more than one distance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import torch
from torch import Tensor

from .scene import BLEND_SCALE, Paint, Part, Scene

MAX_COLOURS: Final = 8  # named colours in one scene


@dataclass(frozen=True)
class Packed:
    """S scenes of P parts of N primitives in all.

    Of primitives: kind [N]; centre [N, 3]; rotation [N, 3, 3], local to world; size [N, 5]; cut [N], true for holes.
    Of parts: first [P], their first primitive; count [P], how many; centre [P, 3] and radius [P] of a sphere that holds
    it; softness [P], of the soft minimum, 0 for a single solid; pattern [P]; axis, origin [P, 3]; period [P];
    paint [P, 2, 3] in sRGB; slot [P, 2], the number of a named colour or -1.
    Of scenes: part_first, part_count [S]; colours [S, MAX_COLOURS, 3].
    """

    kind: Tensor
    centre: Tensor
    rotation: Tensor
    size: Tensor
    cut: Tensor
    first: Tensor
    count: Tensor
    part_centre: Tensor
    radius: Tensor
    softness: Tensor
    pattern: Tensor
    axis: Tensor
    origin: Tensor
    period: Tensor
    paint: Tensor
    slot: Tensor
    part_first: Tensor
    part_count: Tensor
    colours: Tensor

    def __len__(self) -> int:
        return self.part_first.shape[0]

    def to(self, device: torch.device | str) -> Packed:
        """On another device."""
        return Packed(*(getattr(self, each.name).to(device) for each in fields(self)))

    def select(self, scenes: Tensor) -> Packed:
        """Some scenes, in any order and as often as wanted. Their geometry is shared, not copied."""
        return replace(
            self, part_first=self.part_first[scenes], part_count=self.part_count[scenes], colours=self.colours[scenes]
        )


def pack(scenes: Sequence[Scene], device: torch.device | str = "cpu") -> Packed:
    """Scenes as tensors."""
    if not scenes:
        raise ValueError("There is no scene to pack")
    parts: list[Part] = []
    counts = []
    for scene in scenes:
        before = len(parts)
        parts += [single for part in scene.shape.parts for single in _singles(part)]
        counts.append(len(parts) - before)
    solids = [solid for part in parts for solid in part.primitives()]
    colours = np.zeros((len(scenes), MAX_COLOURS, 3))
    for index, scene in enumerate(scenes):
        colours[index, : len(scene.colours)] = np.asarray(scene.colours).reshape(-1, 3)
    spheres = [_sphere(part) for part in parts]
    per_part = [len(part.primitives()) for part in parts]
    materials = [part.material for part in parts]
    cut = [hole for part in parts for hole in [False] * len(part.solids) + [True] * len(part.cuts)]
    packed = Packed(
        kind=torch.tensor([int(each.kind) for each in solids]),
        centre=_floats([each.centre for each in solids]),
        rotation=_floats([each.rotation for each in solids]),
        size=_floats([each.size for each in solids]),
        cut=torch.tensor(cut),
        first=_starts(per_part),
        count=torch.tensor(per_part),
        part_centre=_floats([centre for centre, _ in spheres]),
        radius=_floats([radius for _, radius in spheres]),
        softness=_floats([_softness(part) for part in parts]),
        pattern=torch.tensor([int(each.pattern) for each in materials]),
        axis=_floats([each.axis for each in materials]),
        origin=_floats([each.origin for each in materials]),
        period=_floats([each.period for each in materials]),
        paint=_floats([[_rgb(each.first), _rgb(each.second)] for each in materials]),
        slot=torch.tensor([[_slot(each.first), _slot(each.second)] for each in materials]),
        part_first=_starts(counts),
        part_count=torch.tensor(counts),
        colours=_floats(colours),
    )
    return packed.to(device)


HARD: Final = 1e-3  # softness where a part with cuts has no blend: a seam of a thousandth of the world


def _softness(part: Part) -> float:
    return max(part.blend * BLEND_SCALE, HARD) if len(part.primitives()) > 1 else 0.0


def _singles(part: Part) -> Iterator[Part]:
    if part.blend > 0 or part.cuts:
        yield part
    else:
        yield from (Part(part.material, (solid,)) for solid in part.solids)


def _sphere(part: Part) -> tuple[list[float], float]:
    """Holds a part's solids and what their blend adds."""
    centres = np.asarray([solid.centre for solid in part.solids])
    radii = np.asarray([solid.radius() for solid in part.solids])
    middle = ((centres - radii[:, None]).min(axis=0) + (centres + radii[:, None]).max(axis=0)) / 2
    radius = float((np.linalg.norm(centres - middle, axis=1) + radii).max())
    return middle.tolist(), radius + _softness(part) * math.log(len(part.solids)) + 1e-3


def _floats(values: object) -> Tensor:
    return torch.from_numpy(np.asarray(values, dtype=np.float32))


def _starts(counts: Sequence[int]) -> Tensor:
    return torch.tensor([0, *np.cumsum(counts).tolist()[:-1]])


def _rgb(paint: Paint) -> tuple[float, float, float]:
    return (0.0, 0.0, 0.0) if isinstance(paint, int) else paint


def _slot(paint: Paint) -> int:
    return paint if isinstance(paint, int) else -1
