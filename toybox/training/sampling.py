"""Pictures from a prior by guided DDIM steps, four views together: to look at, and to ask which side was drawn."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from backend.priors.base import classifier_free_guidance
from toybox.training.batch import tell_cameras, tell_plain_albedo
from toybox.training.model import Model
from toybox.training.words import EMPTY

__all__ = ["sample"]


@torch.no_grad()
def sample(
    model: Model,
    captions: list[str],
    pose: Tensor,
    fov: Tensor,
    generator: torch.Generator,
    *,
    start: Tensor | None = None,
    level: float = 1.0,
    steps: int = 25,
    guidance: float = 4.0,
    rings: bool = True,
) -> Tensor:
    """Noised up to a level from `start` (or from nothing), and denoised (Song et al. 2020, eq. 12, η = 0).

    captions: of the N views, in rings of four, or of views on their own.  pose: [N, 3, 4].  fov: [N].
    guidance: the paper's w (DreamFusion §2).  Returns [N, C, R, R] in -1 … 1.
    """
    network, schedule = model.network, model.noise.schedule
    count, size, device = len(pose), network.resolution, pose.device
    told = torch.full((count,), rings, device=device)
    matrices, rays = tell_cameras(pose, fov, told, network)
    unguided = tell_cameras(pose, fov, told & (not network.camera_guidance), network)
    text = model.text(torch.cat([model.tokenise(captions), model.tokenise([EMPTY] * count)]))
    matrices, rays = (torch.cat(pair) for pair in zip((matrices, rays), unguided, strict=True))
    labels = tell_plain_albedo(matrices, network)
    singles = 0 if rings else 2 * count

    noisy = torch.randn(count, network.variant.channels, size, size, generator=generator, device=device)
    timesteps = schedule.ddim_timesteps(level, steps)
    if start is not None:
        noisy = schedule.add_noise(start, noisy, timesteps[0])
    clean = noisy
    for now, then in pairwise(timesteps):
        at = torch.full((2 * count,), now, device=device)
        conditional, unconditional = model.clean(torch.cat([noisy, noisy]), at, text, labels, rays, singles).chunk(2)
        # On the clean pictures, in which the guidance of ε is the same mixture.
        clean = classifier_free_guidance(conditional, unconditional, guidance).clamp(-1, 1)
        noisy = schedule.ddim_step(noisy, clean, now, then)
    return clean
