"""Stable Diffusion 1 and 2 as priors: latent models that see one view at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.base import Condition
from backend.priors.latent_encoder import LatentEncoder
from backend.priors.loading.lora import Lora, merge_lora
from backend.priors.loading.schedulers import Prediction, noise_from_prediction, prediction_type, read_schedule
from backend.priors.loading.single_file import load_single_file
from backend.priors.loading.stable_diffusion_parts import Components, Precision, load_folder, load_tiny_autoencoder
from backend.priors.prompts import view_prompts
from backend.priors.text.stable_diffusion import TextEmbedder

__all__ = ["StableDiffusionPrior", "usual_precision"]

RENDER_RESOLUTION: Final = 64  # pixels a side, as DreamFusion renders; the encoder sees them enlarged
FULL_ENCODER_FROM: Final = 0.7  # progress; before it shapes are rough, and the fast encoder's small errors do no harm
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
        resolution: int = RENDER_RESOLUTION,
        precision: Precision | None = None,
        text_device: torch.device = _CPU,
    ) -> None:
        """source: a folder in diffusers' layout, or a checkpoint in one .safetensors file.

        fast_encoder: a folder with the TAESD that belongs to the model, for the first part of a run (at_progress).
        configuration: for a single file, a folder that describes it, where ours do not fit (load_single_file).
        resolution: pixels a side of the renders. text_device: where prompts are encoded, once each; on the CPU they
        take a second and none of the GPU's memory. Nothing is read from the network.

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
        self.full_encoder = LatentEncoder(parts.vae, device)
        self.fast_encoder: LatentEncoder | None = None
        if fast_encoder is not None:
            self.fast_encoder = LatentEncoder(load_tiny_autoencoder(fast_encoder, precision.vae), device)
        self.encoder = self.full_encoder
        # Pixels a side that the U-Net was trained on, and that pictures are brought to.
        self.native_resolution: int = parts.unet.config.sample_size * 2 ** (
            len(parts.vae.config.block_out_channels) - 1
        )
        self._embed = TextEmbedder(parts.tokenizers, parts.text_encoders, text_device, device, parts.zero_empty)

    @classmethod
    def _load(cls, source: Path, precision: Precision, configuration: Path | None) -> Components:
        if source.is_dir():
            return load_folder(source, cls.text_encoders, precision)
        return load_single_file(source, cls.text_encoders, precision, configuration)

    def at_progress(self, progress: float) -> None:
        """The fast encoder, if there is one, for the first part of a run; then the full one. See FollowsProgress."""
        early = progress < FULL_ENCODER_FROM
        self.encoder = self.fast_encoder if self.fast_encoder is not None and early else self.full_encoder

    def encode(self, images: Tensor) -> Tensor:
        """Latents [B, 4, N / 8, N / 8], N the native resolution, in the images' dtype; see Prior."""
        return self.encoder.encode(images, self.native_resolution)

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures at the native resolution, always by the full autoencoder; see Prior."""
        return self.full_encoder.decode(latents)

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras) -> Condition:
        """The prompt with each view's direction in words (DreamFusion §3.2); see Prior."""
        told = [self._embed(text) for text in view_prompts(prompt, cameras)]
        empty = self._embed(negative_prompt)
        pooled = [each.pooled for each in told if each.pooled is not None]
        return Condition(
            text=torch.cat([each.hidden for each in told]),
            empty_text=empty.hidden.expand(len(cameras), -1, -1),
            cameras=torch.zeros(len(cameras), 16, device=self.device),
            pooled=torch.cat(pooled) if pooled else None,
            empty_pooled=None if empty.pooled is None else empty.pooled.expand(len(cameras), -1),
        )

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
        ).sample
        noise = noise_from_prediction(predicted.float(), both, timestep, self.prediction, self.schedule)
        conditional, unconditional = noise.chunk(2)
        return conditional, unconditional

    def _added(self, condition: Condition) -> dict[str, Tensor] | None:
        """What the U-Net is told beside the text, for the batch of 2 B: nothing here."""
        return None


def usual_precision(device: torch.device) -> Precision:
    """float32 on a CPU; on a GPU half precision, by what each part can bear.

    The U-Net's answers are subtracted and multiplied by up to 100, so it gets float16's 11 bits rather than bfloat16's
    8. The encoder never gets float16: the gradients that flow back through it are divided by the number of pixels and
    would be flushed to zero, and SDXL's overflows.
    """
    if device.type == "cpu":
        return Precision(torch.float32, torch.float32)
    has_bfloat16 = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return Precision(torch.float16, torch.bfloat16 if has_bfloat16 else torch.float32)
