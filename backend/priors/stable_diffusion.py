"""Stable Diffusion 1 and 2 as priors: latent models that see one view at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.autoencoder import Encoders
from backend.priors.base import FULL_ENCODER_FROM, Condition
from backend.priors.loading.lora import merge_lora
from backend.priors.loading.schedulers import Prediction, prediction_type, read_schedule
from backend.priors.loading.single_file import load_single_file
from backend.priors.loading.stable_diffusion_parts import Parts, load_folder
from backend.priors.precision import Precision, usual_precision
from backend.priors.text.embeddings import EmbeddingCache, condition_in_words
from backend.priors.text.stable_diffusion import StableDiffusionText
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.models import Lora

__all__ = ["StableDiffusionPrior"]

RENDER_RESOLUTION: Final = 64  # pixels a side, as DreamFusion renders; the encoder sees them enlarged
_CPU: Final = torch.device("cpu")


class StableDiffusionPrior:
    """Stable Diffusion 1.x, 2.x and their finetunes; noise or v-prediction; directions in words."""

    views = 1
    in_pixels = False
    text_encoders: ClassVar[int] = 1

    def __init__(
        self,
        source: Path,
        device: torch.device,
        *,
        loras: Sequence[Lora] = (),
        fast_encoder: Path | None = None,
        configuration: Path | None = None,
        size: int | None = None,
        resolution: int = RENDER_RESOLUTION,
        precision: Precision | None = None,
    ) -> None:
        """source: a folder in diffusers' layout, or a checkpoint in one .safetensors file.

        fast_encoder: a folder with the TAESD that belongs to the model, for the first part of a run (at_progress).
        configuration: for a single file, a folder that describes it, where ours do not fit (load_single_file).
        size: pixels a side of the pictures that the U-Net sees; None for those that it was trained on.
        resolution: pixels a side of the renders.  Nothing is read from the network.

        Raises WeightsMissing, WeightsDamaged, or BadSpec for a model of an unsupported kind.
        """
        precision = precision or usual_precision(device)
        parts = self._load(source, precision, configuration)
        for lora in loras:
            merge_lora(lora, parts.unet, parts.text_encoders)
        self.device, self.resolution, self.calls = device, resolution, 0
        self.prediction: Prediction = prediction_type(parts.scheduler)
        self.schedule = read_schedule(parts.scheduler, device)
        self.unet: Any = parts.unet.to(device, memory_format=torch.channels_last)
        self.encoders = Encoders(parts.vae, fast_encoder, device)
        # Pixels a side that pictures are brought to.
        self.size: int = size or parts.unet.config.sample_size * self.encoders.pixels
        halvings = len(parts.unet.config.block_out_channels) - 1
        if self.size % (cell := self.encoders.pixels * 2**halvings):
            raise BadSpec(f"The prior sees pictures of a multiple of {cell} pixels a side, not {self.size}")
        # Each prompt is encoded once: on the CPU it takes a second and none of the GPU's memory.
        self.text = StableDiffusionText(parts.tokenizers, parts.text_encoders, _CPU, device, parts.zero_empty)
        self._embeddings = EmbeddingCache(self.text.embed)

    @classmethod
    def _load(cls, source: Path, precision: Precision, configuration: Path | None) -> Parts:
        if source.is_dir():
            return load_folder(source, cls.text_encoders, precision)
        return load_single_file(source, cls.text_encoders, precision, configuration)

    def at_progress(self, progress: float, full_encoder_from: float = FULL_ENCODER_FROM) -> None:
        """See Encoders."""
        self.encoders.at_progress(progress, full_encoder_from)

    def encode(self, images: Tensor) -> Tensor:
        """Latents [B, 4, N / 8, N / 8], N the size, in the images' dtype; see Prior."""
        return self.encoders.encode(images, self.size)

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures, `size` pixels a side, always by the full autoencoder; see Prior."""
        return self.encoders.decode(latents)

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """The prompt with each view's direction in words (DreamFusion §3.2); see Prior."""
        return condition_in_words(self._embeddings, prompt, negative_prompt, cameras, say_views)

    @torch.no_grad()
    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """Prompt and negative prompt in one batch of 2 B, in the U-Net's precision.

        Returned in float32: at a guidance of 100 the difference of the two, and from the noise, is what counts.
        """
        self.calls += 1
        both = torch.cat([noisy, noisy]).float()
        dtype = self.unet.dtype
        predicted = self.unet(
            both.to(dtype, memory_format=torch.channels_last),
            timestep,
            torch.cat([condition.text, condition.empty_text]).to(dtype),
            added_cond_kwargs=self._added(condition),
        ).sample.float()
        is_noise = self.prediction == "epsilon"
        noise = predicted if is_noise else self.schedule.noise_from_velocity(both, predicted, timestep)
        conditional, unconditional = noise.chunk(2)
        return conditional, unconditional

    def _added(self, condition: Condition) -> dict[str, Tensor] | None:
        """What the U-Net is told beside the text, for the batch of 2 B: nothing here."""
        return None
