"""The forward process, which levels are trained how often, and what the network is to answer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from backend.priors.base import NoiseSchedule
from toybox.training.settings import NoiseSettings

__all__ = ["Noise", "scheduler_config"]

LEAST_ALPHA_SQUARED = 2.0**-24  # at the last step of a schedule that ends in pure noise; as the backend's


class Noise:
    """α and σ, weights, and targets. All for pictures [N, C, H, W] with timesteps [N]."""

    def __init__(self, settings: NoiseSettings, device: torch.device) -> None:
        self.settings = settings
        self.schedule = NoiseSchedule.variance_preserving(_alphas_squared(settings).to(device))

    def timesteps(self, count: int, generator: torch.Generator) -> Tensor:
        """[count], the higher the more likely, as the shift says."""
        share = torch.rand(count, generator=generator, device=generator.device)
        shift = self.settings.shift
        share = shift * share / (1 + (shift - 1) * share)
        return (share * self.settings.steps).long().clamp(max=self.settings.steps - 1)

    def at(self, timesteps: Tensor) -> tuple[Tensor, Tensor]:
        """α and σ, each [N, 1, 1, 1]."""
        shape = (-1, 1, 1, 1)
        return self.schedule.alphas[timesteps].view(shape), self.schedule.sigmas[timesteps].view(shape)

    def target(self, noisy: Tensor, clean: Tensor, timesteps: Tensor) -> Tensor:
        """The answer that means `clean`, also where noisy was not made from it (see conflict.py)."""
        alpha, sigma = self.at(timesteps)
        if self.settings.prediction == "epsilon":
            return (noisy - alpha * clean) / sigma
        return (alpha * noisy - clean) / sigma  # v = α ε - σ x, with ε = (z - α x) / σ

    def clean(self, noisy: Tensor, answer: Tensor, timesteps: Tensor) -> Tensor:
        """What an answer means."""
        alpha, sigma = self.at(timesteps)
        if self.settings.prediction == "epsilon":
            return (noisy - sigma * answer) / alpha
        return alpha * noisy - sigma * answer

    def weight(self, timesteps: Tensor) -> Tensor:
        """Of the squared error of an answer: [N].

        min(SNR, γ) / (SNR + 1) is min-SNR's for v (Hang et al. 2023, §3.4), and the floor keeps the highest levels in
        the game. The same error in x shows as SNR + 1 times as much in v² and as SNR times as much in ε².
        """
        alpha, sigma = self.at(timesteps)
        snr = (alpha / sigma).flatten() ** 2
        weight = snr.clamp(max=self.settings.min_snr) / (snr + 1) + self.settings.floor
        if self.settings.prediction == "epsilon":
            # The same weight on x. Where there is no signal an error in ε means nothing, hence the limit.
            weight = weight * (snr + 1) / snr.clamp(min=1e-3)
        return weight


def scheduler_config(settings: NoiseSettings) -> dict[str, Any]:
    """`scheduler_config.json`, for the backend and diffusers."""
    return {
        "_class_name": "DDPMScheduler",
        "num_train_timesteps": settings.steps,
        "beta_schedule": "squaredcos_cap_v2",
        "prediction_type": settings.prediction,
        "rescale_betas_zero_snr": settings.zero_terminal,
        "clip_sample": True,
        "clip_sample_range": 1.0,
    }


def _alphas_squared(settings: NoiseSettings) -> Tensor:
    """The cosine schedule (Nichol & Dhariwal 2021, eq. 17) with β ≤ 0.999, as diffusers' squaredcos_cap_v2."""
    edges = torch.arange(settings.steps + 1, dtype=torch.float64) / settings.steps
    product = torch.cos((edges + 0.008) / 1.008 * torch.pi / 2) ** 2
    betas = (1 - product[1:] / product[:-1]).clamp(max=0.999).float()
    if settings.zero_terminal:
        # Lin et al. 2023 (2305.08891), algorithm 1: √ᾱ shifted to end at 0 and scaled to begin where it did.
        root = torch.cumprod(1 - betas, dim=0).sqrt()
        root = (root - root[-1]) * (root[0] / (root[0] - root[-1]))
        squared = root**2
        betas = 1 - torch.cat([squared[:1], squared[1:] / squared[:-1]])
    alphas = torch.cumprod(1 - betas, dim=0)
    return alphas.clamp(min=LEAST_ALPHA_SQUARED if settings.zero_terminal else 0)
