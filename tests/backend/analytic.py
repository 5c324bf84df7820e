"""Priors and fields with closed forms: what a distillation or a renderer must do with them is known exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from backend.cameras import Cameras, Rays
from backend.fields.base import FieldGrid, FieldSample
from backend.optimize import Optimization
from backend.presets import Preset
from backend.priors.base import Condition, NoiseSchedule
from backend.rendering.base import Rendered
from backend.rendering.rays import intersect_ball
from backend.scene import make_scene

CPU = torch.device("cpu")
Pictures = Callable[[Cameras], Tensor]  # [B, 3, R, R] in 0 … 1


def cosine_schedule(steps: int = 1000) -> NoiseSchedule:
    """The cosine schedule (Nichol & Dhariwal 2021), short of its two ends."""
    time = (torch.arange(steps, dtype=torch.float64) + 1) / (steps + 1)
    return NoiseSchedule.variance_preserving((torch.cos(time * math.pi / 2) ** 2).float())


class GaussianPrior:
    """A pixel model of data N(m, s²), independent in each value of the latents in -1 … 1; its score is exact.

    mean, empty_mean: what the prompt and the negative prompt stand for, in 0 … 1: a number, or pictures by camera.
    """

    in_pixels = True

    def __init__(
        self,
        mean: float | Pictures,
        std: float,
        empty_mean: float | Pictures = 0.5,
        views: int = 4,
        resolution: int = 16,
    ) -> None:
        self.mean, self.empty_mean, self.std = mean, empty_mean, std
        self.views, self.resolution = views, resolution
        self.schedule = cosine_schedule()
        self.calls = 0
        self.timesteps: list[int] = []  # what was asked for, in order

    def encode(self, images: Tensor) -> Tensor:
        return images * 2 - 1

    def decode(self, latents: Tensor) -> Tensor:
        return latents / 2 + 0.5

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """The means travel where a real prior has its text embeddings."""
        means = [self._pictures(mean, cameras).flatten(1)[:, None] * 2 - 1 for mean in (self.mean, self.empty_mean)]
        return Condition(means[0], means[1], torch.zeros(len(cameras), 16))

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        self.calls += 1
        self.timesteps.append(timestep)
        text = self.exact_noise(noisy, timestep, condition.text.view_as(noisy))
        return text, self.exact_noise(noisy, timestep, condition.empty_text.view_as(noisy))

    def exact_noise(self, noisy: Tensor, timestep: int, mean: Tensor) -> Tensor:
        """E[ε | z_t] = σ (z_t - α m) / (α² s² + σ²), m in latents."""
        alpha, sigma = self.schedule.alphas[timestep], self.schedule.sigmas[timestep]
        return sigma * (noisy - alpha * mean) / (alpha**2 * self.std**2 + sigma**2)

    def _pictures(self, mean: float | Pictures, cameras: Cameras) -> Tensor:
        if callable(mean):
            return mean(cameras)
        return torch.full((len(cameras), 3, self.resolution, self.resolution), mean)


class MixturePrior(GaussianPrior):
    """Each value of the latents is drawn alone from equal shares of N(m_k, s²); the score is exact.

    means: m_k in latents, of the prompt; the negative prompt stands for the one N(0, s²).
    """

    def __init__(self, means: tuple[float, ...], std: float) -> None:
        super().__init__(0.5, std, resolution=1)
        self.means = torch.tensor(means)

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        self.calls += 1
        alpha, sigma = self.schedule.alphas[timestep], self.schedule.sigmas[timestep]
        variance = alpha**2 * self.std**2 + sigma**2
        away = noisy[..., None] - alpha * self.means
        share = torch.softmax(-(away**2) / (2 * variance), dim=-1)
        return sigma * (share * away).sum(dim=-1) / variance, sigma * noisy / variance

    def surprise(self, noisy: Tensor, timestep: int) -> Tensor:
        """-log p_t of each value, but for a constant: what the score is the slope of."""
        alpha, sigma = self.schedule.alphas[timestep].double(), self.schedule.sigmas[timestep].double()
        variance = alpha**2 * self.std**2 + sigma**2
        return -torch.logsumexp(-((noisy[..., None] - alpha * self.means.double()) ** 2) / (2 * variance), dim=-1)


class Faulty:
    """Another prior, whose answers are not numbers at the calls (counted from 0) for which `bad` is true."""

    def __init__(self, prior: GaussianPrior, bad: Callable[[int], bool]) -> None:
        self._prior = prior
        self._bad = bad

    def __getattr__(self, name: str) -> Any:
        return getattr(self._prior, name)

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        bad = self._bad(self._prior.calls)
        answers = self._prior.predict_noise(noisy, timestep, condition)
        return (answers[0] * math.nan, answers[1]) if bad else answers


class BallField:
    """A ball with one colour, sharply bounded and homogeneous: its renderings are known in closed form."""

    def __init__(
        self,
        radius: float = 0.6,
        density: float = 5.0,
        colour: tuple[float, float, float] = (0.8, 0.3, 0.1),
        centre: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> None:
        self.radius, self.colour, self.centre = radius, torch.tensor(colour), torch.tensor(centre)
        self.density_scale, self.beta = density, 1e-3
        self.points_read = 0

    def __call__(self, points: Tensor) -> FieldSample:
        surface = self.surface(points)
        density = torch.where(surface > 0, self.density_scale, 0.0)
        return FieldSample(surface, density, self.colour.expand(len(points), 3))

    def surface(self, points: Tensor) -> Tensor:
        self.points_read += len(points)
        return self.radius - (points - self.centre).norm(dim=-1)

    def normal(self, points: Tensor) -> Tensor:
        return torch.nn.functional.normalize(points - self.centre, dim=-1)

    def opacity(self, rays: Rays) -> Tensor:
        """1 - exp(-S · chord): [R]."""
        near, far = intersect_ball(Rays(rays.origins - self.centre, rays.directions), self.radius)
        return 1 - torch.exp(-self.density_scale * (far - near))

    def parameter_groups(self) -> list[dict[str, Any]]:
        return []

    def to_grid(self, resolution: int) -> FieldGrid:
        axis = torch.linspace(-1, 1, resolution)
        points = torch.cartesian_prod(axis, axis, axis)
        sample = self(points)
        shape = (resolution, resolution, resolution)
        return FieldGrid(sample.surface.view(shape), sample.albedo.reshape(*shape, 3))

    def state_dict(self) -> dict[str, Tensor]:
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> object:
        return None


def ball_pictures(ball: BallField, resolution: int, background: float = 0.5) -> Pictures:
    """Pictures of a ball as a prior's means: what the world looks like that the prior has in mind."""

    def pictures(cameras: Cameras) -> Tensor:
        opacity = ball.opacity(cameras.all_rays(resolution))[:, None]
        flat = opacity * ball.colour + (1 - opacity) * background
        return flat.view(len(cameras), resolution, resolution, 3).permute(0, 3, 1, 2)

    return pictures


def small_run(preset: Preset, prior: Any, seed: int = 0) -> Optimization:
    """A run as the engine starts it, with any prior, on the CPU."""
    generator = torch.Generator().manual_seed(seed)
    return Optimization(preset, make_scene(preset, prior, ("a red ball", ""), generator, CPU))


def assert_sums_of_samples(seen: Rendered) -> None:
    """Each ray's opacity and albedo are what its samples add up to, and the samples are in the rays' order."""
    ray, _, weights, albedo = seen.samples
    assert (ray.diff() >= 0).all()
    opacity = torch.zeros(len(seen.opacity)).index_add(0, ray, weights)
    colour = torch.zeros(len(seen.opacity), 3).index_add(0, ray, weights[:, None] * albedo)
    torch.testing.assert_close(opacity, seen.opacity)
    torch.testing.assert_close(colour, seen.albedo)


def assert_same_renders(one: Rendered, other: Rendered) -> None:
    """Rays and samples alike."""
    for mine, yours in zip((*one[:4], *one.samples), (*other[:4], *other.samples), strict=True):
        torch.testing.assert_close(mine, yours)


def ignore(event: dict[str, Any]) -> None:
    """For events that a test does not look at."""


def generator(seed: int = 0) -> torch.Generator:
    """A random stream."""
    return torch.Generator().manual_seed(seed)
