"""What every frozen 2D model offers to a distillation, whatever it is inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import torch
from torch import Tensor

from backend.cameras import Cameras

__all__ = [
    "FULL_ENCODER_FROM",
    "Condition",
    "FollowsProgress",
    "HearsCameras",
    "HearsLight",
    "NoiseSchedule",
    "Prior",
    "SeesNormals",
    "classifier_free_guidance",
    "hears_cameras",
    "hears_light",
    "rescale_contrast",
    "tell_light",
]


@dataclass(frozen=True)
class Condition:
    """What a prior is told about each of B pictures.

    text, empty_text: [B, L, D] embeddings of the prompt and of the negative prompt.
    cameras: [B, 16] camera-to-world matrices, or zeros where the view is said in words.
    pooled, empty_pooled: [B, P], one vector for a whole prompt, for the models that read it (SDXL, SD3).
    rays: [B, 6, H, W] Plücker maps of the cameras, for the models that see them pixel by pixel.
    light: [B, L], what falls on the object, for the models that are told it.
    """

    text: Tensor
    empty_text: Tensor
    cameras: Tensor
    pooled: Tensor | None = None
    empty_pooled: Tensor | None = None
    rays: Tensor | None = None
    light: Tensor | None = None


class NoiseSchedule:
    """The forward process z_t = α_t x + σ_t ε, on integer timesteps 0 … T - 1."""

    def __init__(self, alphas: Tensor, sigmas: Tensor) -> None:
        """alphas falling, sigmas growing: [T]."""
        self.alphas = alphas
        self.sigmas = sigmas

    @classmethod
    def variance_preserving(cls, alphas_cumprod: Tensor) -> NoiseSchedule:
        """α² + σ² = 1.  alphas_cumprod: [T], the product of (1 - β), which is α²."""
        return cls(alphas_cumprod.sqrt(), (1 - alphas_cumprod).sqrt())

    @classmethod
    def rectified_flow(cls, times: Tensor) -> NoiseSchedule:
        """α = 1 - s, σ = s: the straight line from a picture to noise (Esser et al. 2024 (2403.03206), §3).

        times: [T], s growing, strictly between 0 and 1: at s = 1 no picture can be read from the noise
        (clean_from_noise divides by α), at s = 0 no noise from the picture.
        """
        if not (times.min() > 0 and times.max() < 1):
            raise ValueError(f"times from {times.min()} to {times.max()} do not stay short of 0 and 1")
        return cls(1 - times, times)

    def __len__(self) -> int:
        return len(self.alphas)

    def timestep(self, noise_level: float) -> int:
        """The integer timestep at a fraction of the schedule: 0 is clean, 1 is all noise."""
        return min(len(self) - 1, max(0, round(noise_level * (len(self) - 1))))

    def ddim_timesteps(self, noise_level: float, steps: int) -> list[int]:
        """The timesteps of so many equal steps from a level, 0 … 1, down to 0: one more than there are steps."""
        return [self.timestep(noise_level * (1 - index / steps)) for index in range(steps + 1)]

    def ddim_step(self, noisy: Tensor, clean: Tensor, now: int, then: int) -> Tensor:
        """Noisy at one timestep, and the x found in it, brought to the next (Song et al. 2020, eq. 12, η = 0)."""
        return self.add_noise(clean, self.noise_from_clean(noisy, clean, now), then)

    def add_noise(self, clean: Tensor, noise: Tensor, timestep: int) -> Tensor:
        """z_t, shaped like clean."""
        return self.alphas[timestep] * clean + self.sigmas[timestep] * noise

    def clean_from_noise(self, noisy: Tensor, noise: Tensor, timestep: int) -> Tensor:
        """The x that noisy and its noise imply, shaped like noisy."""
        return (noisy - self.sigmas[timestep] * noise) / self.alphas[timestep]

    def noise_from_clean(self, noisy: Tensor, clean: Tensor, timestep: int) -> Tensor:
        """The noise that noisy and its x imply, shaped like noisy."""
        return (noisy - self.alphas[timestep] * clean) / self.sigmas[timestep]

    def noise_from_velocity(self, noisy: Tensor, velocity: Tensor, timestep: int) -> Tensor:
        """ε from a v-prediction: ε = α v + σ z_t (Salimans & Ho 2022, appendix D)."""
        return self.alphas[timestep] * velocity + self.sigmas[timestep] * noisy

    def noise_from_flow(self, noisy: Tensor, velocity: Tensor, timestep: int) -> Tensor:
        """ε from a rectified flow's velocity v = ε - x: ε = z_s + (1 - s) v.

        Hence ε̂ - ε = (1 - s) (v̂ - (ε - x)): SDS on a flow is the distance of velocities (RFDS, 2406.03293).
        """
        return noisy + self.alphas[timestep] * velocity


class Prior(Protocol):
    """A frozen text-to-image diffusion model."""

    views: int  # how many views of one object it looks at together
    resolution: int  # pixels a side of the renders it wants; a latent model enlarges them itself
    in_pixels: bool  # whether latents are the pictures themselves, in -1 … 1
    schedule: NoiseSchedule
    calls: int  # how many times the U-Net has run, for the record

    def encode(self, images: Tensor) -> Tensor:
        """images: [B, 3, H, W] in 0 … 1.  Returns latents, differentiably; for a pixel model the picture in -1 … 1."""
        ...

    def decode(self, latents: Tensor) -> Tensor:
        """The pictures in 0 … 1 that latents stand for: [B, 3, H, W]."""
        ...

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """What to tell the model about these views of the prompt.

        say_views: whether a model that knows directions by words alone is told them; others are given cameras anyway.
        """
        ...

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """ε for the prompt and ε for the negative prompt, each shaped like noisy."""
        ...


@runtime_checkable
class HearsCameras(Protocol):
    """A prior of several views that may have been trained to draw what its cameras see.

    If it was not, it draws right sides in any order, some twice. Priors that do not say so hear theirs.
    """

    hears_cameras: bool


@runtime_checkable
class SeesNormals(Protocol):
    """A prior that may have been trained on six channels: colour, and the surfaces' normals in world space.

    If it was, `encode` takes [B, 6, H, W], normals from 0 to 1 like colours (one half is 0), and `decode` gives them.
    """

    sees_normals: bool


@runtime_checkable
class HearsLight(Protocol):
    """A prior that may have been trained on pictures whose light it was told.

    If it was, it draws what that light shows, and plain albedo when told that there is none. One that was not told
    draws a light of its own, which stays in what is fitted to its pictures.
    """

    hears_light: bool

    def under_light(self, condition: Condition, cameras: Cameras, lights: Tensor) -> Condition:
        """The condition with the light. lights: [B, 3], see tell_light."""
        ...


def hears_cameras(prior: Prior) -> bool:
    """Whether its pictures show the sides that the cameras see, instead of any."""
    return not isinstance(prior, HearsCameras) or prior.hears_cameras


def tell_light(prior: Prior, condition: Condition, cameras: Cameras, lights: Tensor) -> Condition:
    """The condition with the light on the B pictures, for priors that hear of it; for others as it was.

    lights: [B, 3] in world space, unit vectors towards distant lights times 1 - ambient; zeros for plain albedo.
    """
    if isinstance(prior, HearsLight) and hears_light(prior):
        return prior.under_light(condition, cameras, lights)
    return condition


def hears_light(prior: Prior) -> bool:
    """Whether its pictures show the light that it is told, instead of one of its own."""
    return isinstance(prior, HearsLight) and prior.hears_light


FULL_ENCODER_FROM: Final = 0.7  # before it shapes are rough, and a fast encoder's small errors do no harm


@runtime_checkable
class FollowsProgress(Protocol):
    """A prior that works differently early and late in a run."""

    def at_progress(self, progress: float, full_encoder_from: float = FULL_ENCODER_FROM) -> None:
        """How far the whole run is, 0 … 1, told before each step; the answers depend on nothing told before.

        full_encoder_from: progress before which a fast encoder stands in, where there is one; 1: in the whole run.
        """
        ...


def classifier_free_guidance(conditional: Tensor, unconditional: Tensor, weight: float | Tensor) -> Tensor:
    """(1 + w) ε(y) - w ε(∅): the paper's convention (DreamFusion §2); w = 0 is the plain conditional prediction.

    weight: w, or several that broadcast.  diffusers' guidance scale is w + 1. In float32 at least, whatever comes in: a
    difference times 100 keeps no digit of half precision's.
    """
    wide = torch.promote_types(conditional.dtype, torch.float32)
    conditional, unconditional = conditional.to(wide), unconditional.to(wide)
    return conditional + weight * (conditional - unconditional)


def rescale_contrast(guided: Tensor, conditional: Tensor, share: float) -> Tensor:
    """Pull the spread of guided pictures part of the way back to that of the unguided ones, against oversaturation.

    guided, conditional: clean predictions [B, ...] of the B views of one object; one factor serves all views.
    Source: Lin et al. 2023 (2305.08891), eq. 15-16, on the clean picture as MVDream does.
    """
    factor = conditional.std() / guided.std().clamp(min=1e-5)
    return torch.lerp(guided, guided * factor, share)
