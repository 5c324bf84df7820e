"""The first ring of pictures: several are begun, and the one that can best be of one object in even light goes on.

Everything that follows is built on it, and a prior that hardly knows directions, and chooses the light itself, draws it
well or badly by chance. What decides shows early, long before the pictures are done: sides that exclude each other in
their silhouettes, and a light that falls on one side alone, which would stay in the albedo. Which picture belongs to
which camera is tried out as well, since a prior that is deaf to cameras draws right sides in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import Final, NamedTuple

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.distillation.coherence import silhouette_coherence
from backend.distillation.denoising import follow, noise_levels, noised
from backend.distillation.target_rings import border_colour, silhouettes
from backend.priors.base import Condition, MayBeDeaf, Prior

__all__ = ["FirstRingSettings", "Judged", "draw_first_ring", "first_ring_calls", "judge"]

MOVE_COST: Final = 0.02  # of coherence, for showing a picture to another camera than it was drawn for


@dataclass(frozen=True)
class FirstRingSettings:
    """See the module."""

    candidates: int = 4  # rings that are begun
    look_after: int = 5  # steps of denoising; then one of them goes on
    uneven_weight: float = 0.3  # on the brightness's spread over the views, against the silhouettes' coherence


class Judged(NamedTuple):
    """What speaks for a ring: the score, and which picture each camera should have."""

    score: float
    order: tuple[int, ...]


def first_ring_calls(settings: FirstRingSettings, steps: int) -> int:
    """How often the prior is asked for a first ring of so many steps."""
    return steps + (settings.candidates - 1) * min(settings.look_after, steps)


def draw_first_ring(
    prior: Prior,
    start: Callable[[], Tensor],
    level: float,
    steps: int,
    condition: Condition,
    cameras: Cameras,
    generator: torch.Generator,
    guidance: tuple[float, float],
    settings: FirstRingSettings,
) -> Tensor:
    """Clean latents [V, ...] of the best of several rings, drawn from one level down to 0.

    start: pictures [V, C, H, W] of the start shape, over another background each time.  guidance: see `follow`.
    """
    timesteps = noise_levels(prior, level, steps)
    look = min(settings.look_after, steps)
    reorder = isinstance(prior, MayBeDeaf) and not prior.hears_cameras
    best: tuple[Judged, Tensor, Tensor] | None = None
    for _ in range(settings.candidates):
        begun = noised(prior, prior.encode(start()), timesteps[0], generator)
        noisy, clean = follow(prior, begun, timesteps[: look + 1], condition, *guidance)
        judged = judge(prior.decode(clean).clamp(0, 1)[:, :3], cameras, reorder, settings.uneven_weight)
        if best is None or judged.score > best[0].score:
            best = judged, noisy, clean
    assert best is not None
    order, noisy, clean = list(best[0].order), best[1], best[2]
    if look == steps:
        return clean[order]
    return follow(prior, noisy[order], timesteps[look:], condition, *guidance)[1]


def judge(pictures: Tensor, cameras: Cameras, reorder: bool, uneven_weight: float) -> Judged:
    """How well pictures [V, 3, H, W] can be of one object in even light; reorder: in whichever order serves best."""
    outside, inside = silhouettes(pictures, border_colour(pictures))
    own = tuple(range(len(pictures)))
    orders = permutations(own) if reorder else [own]
    tried = []
    for order in orders:
        index = list(order)
        moved = sum(a != b for a, b in zip(order, own, strict=True))
        coherence = silhouette_coherence(cameras, inside[index], outside[index])
        tried.append(Judged(coherence - MOVE_COST * moved, order))
    best = max(tried, key=lambda each: each.score)
    return Judged(best.score - uneven_weight * unevenness(pictures, inside), best.order)


def unevenness(pictures: Tensor, inside: Tensor) -> float:
    """The spread of the views' mean brightness where the object is, relative to its mean: 0 in even light."""
    count = inside.flatten(1).sum(dim=1).clamp(min=1)
    brightness = (pictures.mean(dim=1) * inside).flatten(1).sum(dim=1) / count
    return (brightness.std(correction=0) / brightness.mean().clamp(min=1e-3)).item()
