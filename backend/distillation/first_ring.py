"""The first ring of pictures: several are begun, and the one goes on that can best be of one object in full light.

Everything that follows is built on it, and a prior that hardly knows directions, and chooses the light itself, draws it
well or badly by chance. What decides shows early, long before the pictures are done:

- sides that exclude each other in their silhouettes (`coherence.py`), however they are arranged (`arrangement.py`);
- the same long side all around, which agrees with itself and still is no car: most things that have a front are
  narrower there, and round ones look alike in all rings, so that nothing is lost by asking for variety;
- a light that falls on one side alone and would stay in the albedo: the darkest view says how much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.distillation.arrangement import Judgement, arranged, arrangements, as_drawn, judge
from backend.distillation.denoising import follow, noised
from backend.distillation.normals import wants_normals
from backend.priors.base import Condition, Prior, hears_cameras

__all__ = ["FirstRingSettings", "best_of", "draw_first_ring", "first_ring_calls"]


@dataclass(frozen=True)
class FirstRingSettings:
    """See the module. Weights are on shares between 0 and 1, beside the coherence of weight 1."""

    candidates: int = 4  # rings that are begun
    look_after: int = 3  # steps of denoising after which the best ring alone goes on
    variety_weight: float = 0.4  # weight on the spread of the silhouettes' widths
    dark_weight: float = 0.15  # weight on what the darkest view lacks of the brightest of all candidates


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
    timesteps = prior.schedule.ddim_timesteps(level, steps)
    look = min(settings.look_after, steps)
    may_move = _may_move(prior)

    def judged(clean: Tensor, repeats: bool) -> Judgement:
        ways = arrangements(len(cameras), repeats) if may_move else as_drawn(len(cameras))
        return judge(prior.decode(clean).clamp(0, 1)[:, :3], cameras, ways, settings.variety_weight)

    begun: list[tuple[Tensor, Tensor]] = []
    for _ in range(settings.candidates):
        noisy = noised(prior, prior.encode(start()), timesteps[0], generator)
        begun.append(follow(prior, noisy, timesteps[: look + 1], condition, *guidance))
    judgements = [judged(clean, repeats=True) for _, clean in begun]
    best = best_of(judgements, settings.dark_weight)
    noisy, clean = (arranged(each, judgements[best].arrangement) for each in begun[best])
    for step in range(look, steps):
        noisy, clean = follow(prior, noisy, timesteps[step : step + 2], condition, *guidance)
        if may_move:
            # Sharper now, they may tell more. No repeats: what was lost by each would add up, look by look.
            arrangement = judged(clean, repeats=False).arrangement
            noisy, clean = arranged(noisy, arrangement), arranged(clean, arrangement)
    return clean


def _may_move(prior: Prior) -> bool:
    """Whether pictures are as good at other cameras. Normals in world space would be wrong there."""
    return not hears_cameras(prior) and not wants_normals(prior)


def best_of(judgements: list[Judgement], dark_weight: float) -> int:
    """Which ring is the best, by its shape, and by how far its darkest view stays behind the brightest of all."""
    brightest = max(each.brightness.max().item() for each in judgements)

    def score(each: Judgement) -> float:
        return each.shape - dark_weight * (1 - each.brightness.min().item() / max(brightest, 1e-3))

    return max(range(len(judgements)), key=lambda index: score(judgements[index]))
