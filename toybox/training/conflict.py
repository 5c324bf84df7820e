"""Pictures that contradict their cameras, so that the network learns which of the two to believe.

Why it is needed: in plain training picture and camera never disagree, and a noised picture shows which side it shows at
all but the highest levels (four views of 64² pixels are much to average over: at level 0.95 the silhouette still
shows through). The camera is then redundant, nothing says who wins when they disagree, and the picture does: a ball, or
a front on all sides, is taken for what it looks like, and every side becomes the favourite side. In distillation they
do disagree, all the time. So for some groups, above a level, what is noised is not the clean views but

- the same views turned by one, two or three quarters,
- one of the views four times,
- or a ball of the object's mean colour,

and the answer wanted is still the clean views of the cameras that are told. Where both agree, nothing changes.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from toybox.training.blocks import RING
from toybox.training.settings import ConflictSettings

__all__ = ["balls", "contradict"]

KINDS: Final = 3
BALL_RADIUS: Final = (0.3, 0.7)  # of half a picture's side


def contradict(
    clean: Tensor, mask: Tensor, level: Tensor, settings: ConflictSettings, generator: torch.Generator
) -> Tensor:
    """What is to be noised in place of clean.

    clean: [G, 4, C, R, R] in -1 … 1.  mask: [G, 4, 1, R, R].  level: [G] 0 … 1.  Returns a tensor shaped like clean.
    """
    groups, device = len(clean), clean.device

    def rand() -> Tensor:
        return torch.rand(groups, generator=generator, device=device)

    # All numbers are drawn whatever is chosen, without a look at a value that lies on the GPU.
    wanted = (rand() < settings.share) & (level >= settings.above)
    kind = (rand() * KINDS).long()
    quarters = 1 + (rand() * (RING - 1)).long()
    favourite = (rand() * RING).long()
    view = torch.arange(RING, device=device)
    turned = (view + quarters[:, None]) % RING
    index = torch.where((kind == 0)[:, None], turned, favourite[:, None].expand(-1, RING))
    index = torch.where(wanted[:, None], index, view)
    shown = torch.gather(clean, 1, index[:, :, None, None, None].expand_as(clean))
    ball = wanted & (kind == KINDS - 1)
    radius = BALL_RADIUS[0] + (BALL_RADIUS[1] - BALL_RADIUS[0]) * rand()
    return torch.where(ball[:, None, None, None, None], balls(clean, mask, radius), shown)


def balls(clean: Tensor, mask: Tensor, radius: Tensor) -> Tensor:
    """Discs of the objects' mean colour over their backgrounds.  radius: [G] of half a side.  See contradict."""
    resolution = clean.shape[-1]
    axis = (torch.arange(resolution, device=clean.device) + 0.5) / resolution * 2 - 1
    inside = (axis[:, None] ** 2 + axis[None] ** 2) < radius[:, None, None] ** 2  # [G, R, R]
    total = mask.sum(dim=(1, 3, 4), keepdim=True).clamp(min=1)
    mean = (clean * mask).sum(dim=(1, 3, 4), keepdim=True) / total
    background = clean[..., :1, :1]  # the corner's: backgrounds are plain
    return torch.where(inside[:, None, None], mean, background).expand_as(clean)
