"""The toybox's network for layouts: albedo, opacity and normals of four views at 64², from a prompt and cameras.

The toybox itself draws right sides of an object in any order, since it barely hears its cameras. This small network
sees each pixel's ray beside what it denoises, and its pictures show no light and no background, which leaves shape and
colour to be learnt. Normals beside colours are Wonder3D's idea (2310.15008), rays that of light field networks
(2106.02634). The prompt's words it is told as volumes along the rays (`word_volume.py`), as what they mean together in
all blocks, and through the toybox's text encoder, which was not trained with it. Maps are noised and denoised as means
and details of patches (`wavelets.py`), so that it works on 32².
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import SafetensorError, safe_open
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.base import classifier_free_guidance
from backend.priors.layouts import LAYOUT_CHANNELS, VOLUME, Layout, spread, to_maps
from backend.priors.loading.components import load_component
from backend.priors.loading.files import damaged, missing
from backend.priors.loading.schedulers import read_schedule, read_scheduler
from backend.priors.pictures import resized
from backend.priors.toybox_attention import MultiViewAttention
from backend.priors.toybox_variant import ray_maps
from backend.priors.wavelets import PATCH, WAVELETS, from_wavelets, guessed_velocity, to_wavelets, without_noise
from backend.priors.word_volume import WordVolume

__all__ = ["ToyboxLayouts", "as_layout", "in_full", "load_volume"]

EMPTY: Final = 0.2  # opacity up to which there is nothing
FULL: Final = 0.7  # from which a pixel is covered: inside of dark things the network says no more
STEPS: Final = 16  # from noise level 1 to 0; from lower ones fewer
LEAST_STEPS: Final = 3
ALBEDO_GUIDANCE: Final = 0.5  # the paper's w; more of it makes yellow greenish and shades paler
SHAPE_GUIDANCE: Final = 3.5  # of opacity and normals; less of it tears handles and slats
DETAIL_GUIDANCE: Final = 2.0  # of shapes within patches; without it shafts miss pieces, and more enlarges noise


class _Told(NamedTuple):
    """Of 2 V views: maps beside what is denoised [2 V, C, R, R], labels [2 V, L], and the text's states."""

    beside: Tensor
    labels: Tensor
    text: Tensor


class ToyboxLayouts:
    """See the module."""

    def __init__(self, folder: Path, device: torch.device, precision: torch.dtype) -> None:
        """folder: its hashes have been checked.  precision: what it multiplies in."""
        self.device, self.precision = device, precision
        self.unet: Any = load_component(UNet2DConditionModel, folder / "unet", torch.float32, device)
        self.unet.to(memory_format=torch.channels_last)
        self.volume = load_volume(folder / VOLUME).to(device)
        self.side = int(self.unet.config.sample_size)  # in patches
        self.schedule = read_schedule(read_scheduler(folder), device)

    @torch.no_grad()
    def draw(
        self,
        hidden: Tensor,
        tokens: Tensor,
        cameras: Cameras,
        generator: torch.Generator,
        start: Layout | None = None,
        level: float = 1.0,
    ) -> Layout:
        """From noise in guided DDIM steps (Song et al. 2020, eq. 12, η = 0).

        All views see one another, however many they are; the network was trained with four.

        hidden: [2, L, D], prompt and negative prompt as the text encoder leaves them.  tokens: [2, L].
        start: what is noised to the level; without, the noise is all there is.
        """
        schedule, views = self.schedule, len(cameras)
        level = min(1.0, max(0.0, level))
        timesteps = schedule.ddim_timesteps(level, max(LEAST_STEPS, round(STEPS * level)))
        noisy = torch.randn(views, LAYOUT_CHANNELS * WAVELETS, self.side, self.side, generator=generator)
        noisy = noisy.to(self.device)
        if start is not None:
            shown = to_maps(start.albedo * start.opacity, start.opacity, start.normals)
            shown = to_wavelets(resized(shown, self.side * PATCH))
            noisy = schedule.add_noise(shown, noisy, timesteps[0])
        condition, guidance = self._condition(hidden, tokens, cameras), _guidance(hidden)
        self.unet.set_attn_processor(MultiViewAttention(views))
        clean = noisy
        for now, then in pairwise(timesteps):
            conditional, unconditional = self._predict(noisy, now, condition).chunk(2)
            # On the clean maps, in which the guidance of ε is the same mixture.
            clean = from_wavelets(classifier_free_guidance(conditional, unconditional, guidance)).clamp(-1, 1)
            clean = without_noise(to_wavelets(clean))
            noisy = schedule.ddim_step(noisy, clean, now, then)
        return in_full(as_layout(from_wavelets(clean)))

    def _condition(self, hidden: Tensor, tokens: Tensor, cameras: Cameras) -> _Told:
        """What the network is told of V views of the prompt, and then of the negative prompt."""
        rays = ray_maps(cameras, self.side).repeat(2, 1, 1, 1)
        meaning = self.volume.meaning(tokens)
        beside = torch.cat([rays, self.volume(meaning, rays)], dim=1)
        labels = torch.cat([cameras.matrices().repeat(2, 1), meaning.repeat_interleave(len(cameras), dim=0)], dim=1)
        return _Told(beside, labels, hidden.repeat_interleave(len(cameras), dim=0))

    def _predict(self, noisy: Tensor, timestep: int, told: _Told) -> Tensor:
        """The clean wavelets [2 V, …] in noisy ones [V, …], for the prompt and then for the negative prompt."""
        noisy = noisy.repeat(2, 1, 1, 1)
        seen = torch.cat([noisy, told.beside], dim=1).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, self.precision, enabled=self.precision is not torch.float32):
            velocity = self.unet(seen, timestep, told.text, class_labels=told.labels).sample.float()
        return self._clean(noisy, velocity, timestep)

    def _clean(self, noisy: Tensor, answer: Tensor, timestep: int) -> Tensor:
        """x = α z - σ v (Salimans & Ho 2022, appendix D), of which the network answers what a guess lacks."""
        alpha, sigma = self.schedule.alphas[timestep], self.schedule.sigmas[timestep]
        return alpha * noisy - sigma * (answer + guessed_velocity(noisy, alpha, sigma))


def _guidance(like: Tensor) -> Tensor:
    """The weight of guidance of each channel of the wavelets: [4 C, 1, 1]."""
    of_means, of_details = ([ALBEDO_GUIDANCE] * 3 + [shape] * 4 for shape in (SHAPE_GUIDANCE, DETAIL_GUIDANCE))
    return like.new_tensor(of_means + of_details * (WAVELETS - 1)).view(-1, 1, 1)


def load_volume(path: Path) -> WordVolume:
    """The words' volumes that a training has left, frozen. Raises WeightsMissing or WeightsDamaged."""
    try:
        with safe_open(path, framework="pt") as file:
            sizes = json.loads((file.metadata() or {})["sizes"])
            volume = WordVolume(**sizes)
            volume.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118  # no dict
    except FileNotFoundError as error:
        raise missing(f"The words' volumes are missing: {path}") from error
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise damaged(f"The words' volumes in {path} cannot be used", error) from error
    return volume.eval().requires_grad_(False)


def as_layout(maps: Tensor) -> Layout:
    """What maps [V, 7, R, R] say that are as LAYOUT_CHANNELS describes."""
    opacity = (maps[:, 3:4] + 1) / 2
    over_grey = (maps[:, :3] + 1) / 2
    albedo = (over_grey - (1 - opacity) / 2) / opacity.clamp(min=0.1)
    return Layout(albedo.clamp(0, 1), opacity, maps[:, 4:])


def in_full(layout: Layout) -> Layout:
    """The layout with its opacities spread from 0 to 1, or the field would have holes."""
    return layout._replace(opacity=spread(layout.opacity, EMPTY, FULL))
