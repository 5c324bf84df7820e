"""Rendering with proposals: a small network learns where along each ray the field is worth reading.

Source: mip-NeRF 360 (Barron et al. 2022), §3, which DreamFusion renders with; the numbers are MultiNeRF's, its code,
where not said otherwise. All of it happens inside the unit ball.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn

from backend.cameras import Rays
from backend.fields.base import Field
from backend.fields.encoding import integrated_encoding
from backend.networks import perceptron
from backend.rendering.ball import ball_points
from backend.rendering.base import RaySamples, Rendered, gathered
from backend.rendering.chords import Chords
from backend.rendering.histograms import dilated, distortion_loss, interlevel_loss, resampled
from backend.rendering.rays import intersect_ball

__all__ = ["ProposalRenderer", "ProposalSettings"]

DENSEST: Final = 1000.0  # 1/m, the most a proposal can claim: opaque within millimetres


@dataclass(frozen=True)
class ProposalSettings:
    proposal_samples: tuple[int, ...] = (64, 64)  # samples along a ray that the proposals read at each level
    samples: int = 32  # samples along a ray at which the field is read
    anneal_slope: float = 10.0  # how soon samples gather where the weights are
    dilation_bias: float = 0.0025  # share of a chord by which intervals are widened in any case
    # Share of the finest interval so far, were all even, by which intervals are widened besides.
    dilation_multiplier: float = 0.5
    interlevel_weight: float = 1.0  # weight of the loss that has the proposals bound what the field shows
    distortion_weight: float = 0.0  # weight of the distortion loss, 0.01 in MultiNeRF; DreamFusion does not name it
    # Hidden layers of the proposals' network; 4 of 256 units in MultiNeRF, where scenes are larger than one object.
    layers: int = 2
    width: int = 64  # units of each of the proposals' hidden layers
    frequencies: int = 6  # octaves of the proposals' encoding, from 1 rad/m; a bound may be blurred
    learning_rate: float = 5e-3  # learning rate of the proposals' network
    learn_rays: int = 2048  # rays of a picture, at most, that the proposals learn from; ours, to save memory
    chunk_rays: int = 8192  # rays looked along at a time: bounds the memory


class Lesson(NamedTuple):
    """What the proposals are to learn from some rays: where they were asked, and what the field then showed."""

    chords: Chords
    proposed: list[Tensor]  # edges [R, S + 1] of each level
    edges: Tensor
    weights: Tensor


class ProposalNetwork(nn.Module):
    """A rough density, everywhere."""

    def __init__(self, settings: ProposalSettings, generator: torch.Generator) -> None:
        super().__init__()
        self.frequencies = settings.frequencies
        self.layers = perceptron([6 * settings.frequencies, *[settings.width] * settings.layers, 1], generator)

    def forward(self, points: Tensor) -> Tensor:
        """points: [..., 3].  Returns [...], in 1/m: an exponential that ends at DENSEST."""
        logit = self.layers(integrated_encoding(points, 0.0, self.frequencies))[..., 0]
        return DENSEST * torch.sigmoid(logit - math.log(DENSEST))


class ProposalRenderer:
    """See the module and Renderer."""

    def __init__(self, settings: ProposalSettings, generator: torch.Generator, device: torch.device) -> None:
        self.settings = settings
        self.network = ProposalNetwork(settings, generator).to(device)
        self.device = device
        self.anneal = 0.0
        self._lessons: list[Lesson] = []
        self._distortions: list[tuple[Tensor, int]] = []  # of each chunk, and its number of rays
        self._seen: RaySamples | None = None  # of the last picture that was learnt from

    def __call__(self, field: Field, rays: Rays, generator: torch.Generator | None) -> Rendered:
        """Look along all rays; see Renderer."""
        chunks = rays.split(self.settings.chunk_rays)
        rendered = Rendered.join([self._look(field, chunk, generator, len(rays.origins)) for chunk in chunks])
        if torch.is_grad_enabled():
            self._seen = RaySamples(*(part.detach() for part in rendered.samples))
        return rendered

    def prepare(self, field: Field, step: int, progress: float) -> None:
        """Trust the proposals more and more: the weights' exponent rises from 0 by Schlick's bias function."""
        slope = self.settings.anneal_slope
        self.anneal = slope * progress / ((slope - 1) * progress + 1)
        # What a step left behind that never asked for its loss.
        self._lessons, self._distortions = [], []

    def refresh(self, field: Field) -> None:
        """It keeps nothing of where the field was but its proposals, which are never sure and learn. See Renderer."""

    def loss(self) -> Tensor:
        """The proposals bound what the field showed; its weights are taken as they are.  See Renderer."""
        settings, total = self.settings, torch.zeros((), device=self.device)
        rays = sum(len(lesson.edges) for lesson in self._lessons)
        for chords, proposed, edges, weights in self._lessons:
            share = settings.interlevel_weight * len(edges) / rays
            for asked in proposed:
                bound = chords.weights(self.network(chords.middles(asked)[1]), asked)
                total = total + share * interlevel_loss(edges, weights, asked, bound)
        for distortion, share in self._distortions:
            total = total + settings.distortion_weight * distortion * share / sum(many for _, many in self._distortions)
        self._lessons, self._distortions = [], []
        return total

    def surface_points(self, count: int, generator: torch.Generator) -> Tensor:
        """Points where the last picture read the field, one half of them where it saw something: [count, 3]."""
        if self._seen is None or not len(self._seen.points):
            return ball_points(count, generator, self.device)
        # In double precision, in which a sum over a million weights can tell them apart; not every GPU has it.
        weights = self._seen.weights.cpu().double()
        sums = (weights + weights.mean() + 1e-12).cumsum(dim=0)
        draw = torch.rand(count, generator=generator, dtype=torch.float64)
        index = torch.searchsorted(sums, draw * sums[-1]).clamp(max=len(sums) - 1)
        return self._seen.points[index.to(self.device)]

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The proposals' parameters."""
        return [{"params": list(self.network.parameters()), "lr": self.settings.learning_rate}]

    def state_dict(self) -> dict[str, Tensor]:
        """The proposals; all else is made anew at each step."""
        return self.network.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """See Renderer."""
        self.network.load_state_dict(state_dict)

    def _look(self, field: Field, rays: Rays, generator: torch.Generator | None, of: int) -> Rendered:
        """Look along some of so many rays."""
        near, far = intersect_ball(rays)
        hit = (far > near).nonzero()[:, 0]
        chords = Chords(rays.origins[hit], rays.directions[hit], near[hit], (far - near)[hit])
        *proposed, edges = self._edges(chords, generator)
        distance, points = chords.middles(edges)
        sample = field(points.view(-1, 3))
        weights = chords.weights(sample.density.view_as(distance), edges)
        if torch.is_grad_enabled() and len(hit):
            self._lessons.append(self._lesson(chords, proposed, edges, weights, of, generator))
            if self.settings.distortion_weight:
                self._distortions.append((distortion_loss(edges, weights), len(hit)))

        ray = hit.repeat_interleave(self.settings.samples)
        samples = RaySamples(ray, points.view(-1, 3), weights.flatten(), sample.albedo)
        colour = (weights[..., None] * sample.albedo.view(*weights.shape, 3)).sum(dim=1)
        albedo = colour.new_zeros(len(near), 3).index_put((hit,), colour)
        return gathered(rays, hit, weights, distance, albedo, samples)

    @torch.no_grad()
    def _edges(self, chords: Chords, generator: torch.Generator | None) -> list[Tensor]:
        """The intervals of each level, from even ones to those that the field is read in; without gradients."""
        settings = self.settings
        counts = (*settings.proposal_samples, settings.samples)
        edges = torch.tensor([0.0, 1.0], device=self.device).expand(len(chords.near), 2).contiguous()
        weights = torch.ones_like(edges[:, :1])
        levels: list[Tensor] = []
        for count in counts:
            if levels:
                weights = chords.weights(self.network(chords.middles(edges)[1]), edges)
                even = math.prod(counts[: len(levels)])
                reach = settings.dilation_bias + settings.dilation_multiplier / even
                edges, weights = dilated(edges, weights, reach)
            # One offset a ray and level, as in MultiNeRF.
            shape = (len(edges), 1)
            offset = torch.full(shape, 0.5) if generator is None else torch.rand(shape, generator=generator)
            edges = resampled(edges, weights, count, self.anneal, offset.to(self.device))
            levels.append(edges)
        return levels

    def _lesson(
        self,
        chords: Chords,
        proposed: list[Tensor],
        edges: Tensor,
        weights: Tensor,
        of: int,
        generator: torch.Generator | None,
    ) -> Lesson:
        """Some of a chunk's rays, its share of those that are learnt from; `of` is how many the whole picture has."""
        count = min(len(edges), math.ceil(len(edges) * self.settings.learn_rays / of))
        if generator is None:
            index = torch.linspace(0, len(edges) - 1, count).long()
        else:
            index = torch.randperm(len(edges), generator=generator)[:count]
        index = index.to(self.device)
        asked = [each[index] for each in proposed]
        return Lesson(chords.pick(index), asked, edges[index], weights[index].detach())
