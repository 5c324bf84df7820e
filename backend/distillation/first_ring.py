"""The first ring of pictures: several are begun, and the one goes on that can best be of one object in full light.

Everything that follows is built on it, and a prior that hardly knows directions, and chooses the light itself, draws it
well or badly by chance. What decides shows early, long before the pictures are done:

- sides that exclude each other in their silhouettes (`coherence.py`);
- the same long side all around, which agrees with itself and still is no car: most things that have a front are
  narrower there, and round ones look alike in all rings, so that nothing is lost by asking for variety;
- a light that falls on one side alone and would stay in the albedo: the darkest view says how much.

Which picture belongs to which camera is tried out as well, since a prior that is deaf to cameras draws right sides in
any order.
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
MOST_VARIETY: Final = 0.45  # what a body twice as long as wide has; more is not better


@dataclass(frozen=True)
class FirstRingSettings:
    """See the module. Weights are on shares between 0 and 1, beside the coherence of weight 1."""

    candidates: int = 4  # rings that are begun
    look_after: int = 5  # steps of denoising; then one of them goes on
    variety_weight: float = 0.2  # on the spread of the silhouettes' widths
    dark_weight: float = 0.3  # on what the darkest view lacks of the brightest of all candidates


class Judged(NamedTuple):
    """What speaks for a ring: its shape, which picture each camera should have, and how bright the views are [V]."""

    shape: float
    order: tuple[int, ...]
    brightness: Tensor


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
    begun: list[tuple[Tensor, Tensor]] = []
    judged: list[Judged] = []
    for _ in range(settings.candidates):
        noisy = noised(prior, prior.encode(start()), timesteps[0], generator)
        begun.append(follow(prior, noisy, timesteps[: look + 1], condition, *guidance))
        pictures = prior.decode(begun[-1][1]).clamp(0, 1)[:, :3]
        judged.append(judge(pictures, cameras, reorder, settings.variety_weight))
    best = best_of(judged, settings.dark_weight)
    noisy, clean = (each[list(judged[best].order)] for each in begun[best])
    if look == steps:
        return clean
    return follow(prior, noisy, timesteps[look:], condition, *guidance)[1]


def best_of(judged: list[Judged], dark_weight: float) -> int:
    """Which ring is the best, by its shape, and by how far its darkest view stays behind the brightest of all."""
    brightest = max(each.brightness.max().item() for each in judged)

    def score(each: Judged) -> float:
        return each.shape - dark_weight * (1 - each.brightness.min().item() / max(brightest, 1e-3))

    return max(range(len(judged)), key=lambda index: score(judged[index]))


def judge(pictures: Tensor, cameras: Cameras, reorder: bool, variety_weight: float) -> Judged:
    """How well pictures [V, 3, H, W] can be of one object; reorder: in whichever order serves best."""
    outside, inside = silhouettes(pictures, border_colour(pictures))
    own = tuple(range(len(pictures)))
    orders = permutations(own) if reorder else [own]
    tried: list[tuple[float, tuple[int, ...]]] = []
    for order in orders:
        index = list(order)
        moved = sum(a != b for a, b in zip(order, own, strict=True))
        tried.append((silhouette_coherence(cameras, inside[index], outside[index]) - MOVE_COST * moved, order))
    coherence, order = max(tried, key=lambda each: each[0])
    shape = coherence + variety_weight * min(variety(inside), MOST_VARIETY)
    return Judged(shape, order, brightness_of(pictures, inside))


def variety(inside: Tensor) -> float:
    """The spread of the silhouettes' widths, relative to their mean.  inside: [V, H, W] bool."""
    widths = inside.any(dim=1).float().sum(dim=1)
    return (widths.std(correction=0) / widths.mean().clamp(min=1)).item()


def brightness_of(pictures: Tensor, inside: Tensor) -> Tensor:
    """Mean brightness of each view [V] where the object is."""
    count = inside.flatten(1).sum(dim=1).clamp(min=1)
    return (pictures.mean(dim=1) * inside).flatten(1).sum(dim=1) / count
