"""Stable Diffusion 3 and 3.5: a transformer that learnt the straight flow from pictures' latents to noise."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch
from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.autoencoder import Encoders
from backend.priors.base import FULL_ENCODER_FROM, Condition, NoiseSchedule
from backend.priors.loading.stable_diffusion_3_parts import load_sd3_file, load_sd3_folder
from backend.priors.precision import Precision, usual_precision
from backend.priors.text.embeddings import EmbeddingCache, condition_in_words
from backend.priors.text.stable_diffusion_3 import StableDiffusion3Text
from dreamfusion_blender.errors import BadSpec

__all__ = ["StableDiffusion3Prior"]

SIZE: Final = 512  # pixels a side of what the model sees, unless asked for otherwise
RENDER_RESOLUTION: Final = 128  # pixels a side of the renders, which are enlarged to what the model sees


class StableDiffusion3Prior:
    """One view at a time, its direction in words."""

    views = 1
    in_pixels = False

    def __init__(
        self,
        source: Path,
        device: torch.device,
        *,
        fast_encoder: Path | None = None,
        configuration: Path | None = None,
        size: int | None = None,
        resolution: int = RENDER_RESOLUTION,
        precision: Precision | None = None,
    ) -> None:
        """source: a folder as diffusers' StableDiffusion3Pipeline has it, without text_encoder_3 if memory is short, or
        a checkpoint in one .safetensors file that includes the CLIPs.

        fast_encoder: a folder with TAESD3 (Encoders).  configuration: see load_sd3_file.
        size: pixels a side of what the model sees, 512 if nothing is said; it was trained up to 1024, which costs four
        times as much.
        resolution: pixels a side of the renders, which are enlarged to that.
        Raises WeightsMissing or WeightsDamaged.
        """
        self.device = device
        self.size: int = size or SIZE
        self.resolution = resolution
        self.calls = 0
        precision = precision or usual_precision(device)
        self.dtype = precision.denoiser
        is_folder = source.is_dir()
        parts = load_sd3_folder(source, precision) if is_folder else load_sd3_file(source, precision, configuration)
        scheduler: Any = FlowMatchEulerDiscreteScheduler.from_config(dict(parts.scheduler))
        # The scheduler's own times are 1 first; without it the grid is short of both ends. They are already shifted
        # towards noise, which large pictures need more of (Esser et al. 2024, §5.3.2): s = 3 u / (1 + 2 u).
        times = scheduler.sigmas.flip(0)[:-1].to(device)
        self.schedule = NoiseSchedule.rectified_flow(times)
        self.told = times * scheduler.config.num_train_timesteps  # [T], what the transformer is told of each time
        self.encoders = Encoders(parts.vae, fast_encoder, device)
        self.transformer: Any = parts.transformer.to(device)
        cell = self.encoders.pixels * self.transformer.config.patch_size
        most = cell * self.transformer.config.pos_embed_max_size
        if self.size % cell or not 0 < self.size <= most:
            raise BadSpec(
                f"The prior sees pictures of a multiple of {cell} up to {most} pixels a side, not {self.size}"
            )
        width = self.transformer.config.joint_attention_dim
        text = StableDiffusion3Text(parts.clips, parts.t5, width, self.dtype, device)
        self._embeddings = EmbeddingCache(text.embed)

    def at_progress(self, progress: float, full_encoder_from: float = FULL_ENCODER_FROM) -> None:
        """See Encoders."""
        self.encoders.at_progress(progress, full_encoder_from)

    def encode(self, images: Tensor) -> Tensor:
        """Latents of 16 channels, a square of 8 pixels each; see Prior."""
        return self.encoders.encode(images, self.size)

    def decode(self, latents: Tensor) -> Tensor:
        """The pictures, `size` pixels a side; see Prior."""
        return self.encoders.decode(latents)

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """The direction of each view in words, as DreamFusion §3.2 does."""
        return condition_in_words(self._embeddings, prompt, negative_prompt, cameras, say_views, at_once=True)

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """Prompt and negative prompt in one batch of 2 B pictures; see Prior."""
        assert condition.pooled is not None and condition.empty_pooled is not None, "a condition of another prior"
        self.calls += 1
        both = torch.cat([noisy, noisy])
        with torch.no_grad():
            velocity = self.transformer(
                both.to(self.dtype),
                timestep=self.told[timestep].expand(len(both)),
                encoder_hidden_states=torch.cat([condition.text, condition.empty_text]),
                pooled_projections=torch.cat([condition.pooled, condition.empty_pooled]),
            ).sample
        conditional, unconditional = self.schedule.noise_from_flow(both, velocity.float(), timestep).chunk(2)
        return conditional, unconditional
