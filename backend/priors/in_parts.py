"""A prior that is asked about some of a step's views after the others: gradient accumulation.

All views of a step are rendered, noised and judged as one batch, so that random numbers, and what looks at several
views together, do not depend on how many fit into memory. Only what is large, the passes through the prior's own
networks, goes part by part: a part's pictures are encoded, once for their latents and again for their gradient, which
is added to the others'. Views that the prior looks at together, a ring, stay together.
"""

from __future__ import annotations

from dataclasses import fields, replace

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.memory.parts import in_parts
from backend.priors.base import (
    FULL_ENCODER_FROM,
    Condition,
    FollowsProgress,
    Prior,
    SeesNormals,
    hears_cameras,
    hears_light,
    tell_light,
)
from backend.priors.layouts import DrawsLayouts, Layout, draws_layouts

__all__ = ["PriorInParts"]


class PriorInParts:
    """Another prior, in at most `parts` parts; see the module and Prior."""

    def __init__(self, prior: Prior, parts: int) -> None:
        self.prior = prior
        self.parts = parts
        self.views = prior.views
        self.resolution = prior.resolution
        self.in_pixels = prior.in_pixels
        self.schedule = prior.schedule
        self.sees_normals = isinstance(prior, SeesNormals) and prior.sees_normals
        self.hears_light = hears_light(prior)
        self.hears_cameras = hears_cameras(prior)
        self.draws_layouts = draws_layouts(prior)
        self.calls = prior.calls  # questions, however many parts they are answered in

    def at_progress(self, progress: float, full_encoder_from: float = FULL_ENCODER_FROM) -> None:
        """See FollowsProgress."""
        if isinstance(self.prior, FollowsProgress):
            self.prior.at_progress(progress, full_encoder_from)

    def encode(self, images: Tensor) -> Tensor:
        """See Prior."""
        return in_parts(self.prior.encode, images, self._size(images))

    def decode(self, latents: Tensor) -> Tensor:
        """See Prior."""
        return in_parts(self.prior.decode, latents, self._size(latents))

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """See Prior."""
        return self.prior.condition(prompt, negative_prompt, cameras, say_views)

    def draw_layout(
        self,
        prompt: str,
        negative_prompt: str,
        cameras: Cameras,
        generator: torch.Generator,
        start: Layout | None = None,
        level: float = 1.0,
    ) -> Layout:
        """See DrawsLayouts. Whole: it is small."""
        assert isinstance(self.prior, DrawsLayouts)
        return self.prior.draw_layout(prompt, negative_prompt, cameras, generator, start, level)

    def under_light(self, condition: Condition, cameras: Cameras, lights: Tensor) -> Condition:
        """See HearsLight."""
        return tell_light(self.prior, condition, cameras, lights)

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """See Prior."""
        self.calls += 1
        size = self._size(noisy)
        answers = [
            self.prior.predict_noise(part, timestep, _rows(condition, first, first + size))
            for first, part in zip(range(0, len(noisy), size), noisy.split(size), strict=True)
        ]
        conditional, unconditional = (torch.cat(each) for each in zip(*answers, strict=True))
        return conditional, unconditional

    def _size(self, batch: Tensor) -> int:
        """How many views go through at a time: whole rings, as evenly as they can be shared out."""
        rings = max(1, len(batch) // self.views)
        return self.views * -(-rings // self.parts)


def _rows(condition: Condition, first: int, after: int) -> Condition:
    """What the condition says of some of its pictures."""
    parts = {each.name: getattr(condition, each.name) for each in fields(condition)}
    return replace(condition, **{name: part[first:after] for name, part in parts.items() if part is not None})
