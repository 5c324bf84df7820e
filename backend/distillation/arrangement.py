"""Which picture of a ring is given to which camera, and how well the pictures can then be of one object.

A prior that is deaf to cameras draws right sides of an object in any order, some of them twice and others not at all,
and a dog that looks to the right from both of its sides. So pictures may change places, and be shown as a mirror shows
them, which is how the opposite side looks. One may also serve two cameras: three profiles of a bus and one front become
two profiles and the front twice.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.distillation.coherence import silhouette_coherence
from backend.distillation.target_rings import border_colour, silhouettes

__all__ = ["Judgement", "arranged", "arrangements", "as_drawn", "judge"]

MOVE_COST: Final = 0.01  # of coherence, for each picture that is mirrored or at another camera than it is at now
REPEAT_COST: Final = 0.05  # for each side that is lost, since another is shown twice
MOST_VARIETY: Final = 0.45  # what a body nearly three times as long as wide has; more is not better


class Judgement(NamedTuple):
    """What speaks for a ring: its shape, how its pictures are best arranged [V], and how bright the views are [V]."""

    shape: float
    arrangement: Tensor
    brightness: Tensor


def as_drawn(views: int) -> Tensor:
    """The one arrangement [1, V] that leaves all pictures where they are."""
    return torch.arange(views)[None]


def arrangements(views: int, repeats: bool) -> Tensor:
    """All ways [N, V] to give each camera one of V pictures or, from V on, one of their mirror images."""
    ways = torch.cartesian_prod(*[torch.arange(2 * views)] * views).view(-1, views)
    return ways if repeats else ways[_repeats(ways) == 0]


def arranged(views: Tensor, arrangement: Tensor) -> Tensor:
    """Pictures or latents [V, C, H, W] at the cameras that an arrangement [V] gives them to."""
    return _with_mirrored(views)[arrangement.to(views.device)]


def judge(pictures: Tensor, cameras: Cameras, ways: Tensor, variety_weight: float) -> Judgement:
    """How well pictures [V, 3, H, W] can be of one object, in the best of these arrangements [N, V].

    On the processor: many small steps, and the choice is the same on all devices.
    """
    cameras, shown = cameras.to("cpu"), _with_mirrored(pictures.cpu())
    outside, inside = silhouettes(shown, border_colour(shown))
    shape = silhouette_coherence(cameras, inside, outside, ways)
    shape = shape + variety_weight * variety(inside, ways).clamp(max=MOST_VARIETY)
    moved = (ways != torch.arange(len(pictures))).sum(dim=1)
    shape = shape - MOVE_COST * moved - REPEAT_COST * _repeats(ways)
    best = shape.argmax()
    return Judgement(shape[best].item(), ways[best], brightness_of(shown[ways[best]], inside[ways[best]]))


def _with_mirrored(views: Tensor) -> Tensor:
    """Pictures or latents [V, C, H, W], and then the same as a mirror shows them: [2 V, C, H, W]."""
    return torch.cat([views, views.flip(-1)])


def _repeats(ways: Tensor) -> Tensor:
    """How many pictures of each arrangement [N, V] are in it already, mirrored or not: [N]."""
    pictures = (ways % ways.shape[1]).sort(dim=1).values
    return (pictures[:, 1:] == pictures[:, :-1]).sum(dim=1)


def variety(inside: Tensor, ways: Tensor) -> Tensor:
    """The spread of the silhouettes' widths, relative to their mean: [N].

    inside: [P, H, W] bool.  ways: [N, V], the pictures of each arrangement.
    """
    widths = inside.any(dim=1).float().sum(dim=1)[ways]
    return widths.std(dim=1, correction=0) / widths.mean(dim=1).clamp(min=1)


def brightness_of(pictures: Tensor, inside: Tensor) -> Tensor:
    """Mean brightness of each view [V] where the object is."""
    count = inside.flatten(1).sum(dim=1).clamp(min=1)
    return (pictures.mean(dim=1) * inside).flatten(1).sum(dim=1) / count
