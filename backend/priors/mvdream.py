"""MVDream (Shi et al. 2023, 2308.16512): four views of one object, denoised together and told their cameras."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor
from transformers import CLIPTextModel

from backend.cameras import Cameras
from backend.priors.autoencoder import Encoders
from backend.priors.base import FULL_ENCODER_FROM, Condition
from backend.priors.loading.components import load_component, require_component
from backend.priors.loading.schedulers import load_epsilon_schedule
from backend.priors.mvdream_unet import load_unet
from backend.priors.precision import Precision, usual_precision
from backend.priors.text.clip import load_clip_tokenizer, run_clip
from backend.priors.text.embeddings import EmbeddingCache, PromptEmbedding, with_encoder

__all__ = ["MVDreamPrior", "mvdream_cameras"]

SIZE: Final = 256  # pixels a side of what the model was trained on and sees
RENDER_RESOLUTION: Final = 128  # pixels a side of the renders


class MVDreamPrior:
    """Latents of 32 × 32; predicts the noise. Rings of four views: even azimuths, one elevation from 0° to 30°.

    Captions in training ended with ", 3d asset"; whether a prompt does is left to who writes it.
    """

    views = 4
    in_pixels = False

    def __init__(
        self,
        source: Path,
        device: torch.device,
        *,
        fast_encoder: Path | None = None,
        resolution: int = RENDER_RESOLUTION,
        precision: Precision | None = None,
    ) -> None:
        """source: a folder with unet, vae, text_encoder, tokenizer and scheduler, as MVDream's diffusers port has it.

        fast_encoder: a folder with the TAESD of Stable Diffusion 1 and 2 (Encoders).
        resolution: pixels a side of the renders, which are enlarged to 256: the authors render 64 and later 256.
        Raises WeightsMissing or WeightsDamaged.
        """
        self.source = source
        self.device = device
        self.resolution = resolution
        self.calls = 0
        precision = precision or usual_precision(device)
        self.dtype = precision.denoiser
        require_component(CLIPTextModel, source / "text_encoder")  # loaded later, but missed now
        self.tokenizer = load_clip_tokenizer(source / "tokenizer")
        self.schedule = load_epsilon_schedule(source, "MVDream", device)
        vae = load_component(AutoencoderKL, source / "vae", precision.vae)
        self.encoders = Encoders(vae, fast_encoder, device)
        self.unet: Any = load_unet(source / "unet", self.dtype, device)
        self.unet.to(memory_format=torch.channels_last)
        self._embeddings = EmbeddingCache(self._embed)

    def at_progress(self, progress: float, full_encoder_from: float = FULL_ENCODER_FROM) -> None:
        """See Encoders."""
        self.encoders.at_progress(progress, full_encoder_from)

    def encode(self, images: Tensor) -> Tensor:
        """[B, 4, 32, 32]; see Prior."""
        return self.encoders.encode(images, SIZE)

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures of 256 pixels a side; see Prior."""
        return self.encoders.decode(latents)

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """One text for all views, and where each is seen from."""
        (text, _), (empty, _) = self._embeddings([prompt, negative_prompt])
        views = len(cameras)
        return Condition(text.expand(views, -1, -1), empty.expand(views, -1, -1), mvdream_cameras(cameras))

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """Prompt and negative prompt in one batch of 2 B pictures, B a multiple of four; see Prior."""
        self.calls += 1
        with torch.no_grad():
            noise = self.unet(
                torch.cat([noisy, noisy]).to(self.dtype).contiguous(memory_format=torch.channels_last),
                timestep,
                torch.cat([condition.text, condition.empty_text]),
                torch.cat([condition.cameras, condition.cameras]).to(self.dtype),
                self.views,
            )
        conditional, unconditional = noise.float().chunk(2)
        return conditional, unconditional

    def _embed(self, texts: list[str]) -> list[PromptEmbedding]:
        """[77, D] for each text: the encoder's last layer, which in Stable Diffusion 2 is OpenCLIP's last but one."""

        def run(encoder: Any) -> Tensor:
            return run_clip(encoder, self.tokenizer, texts).last_hidden_state.to(self.device)

        load = partial(load_component, CLIPTextModel, self.source / "text_encoder", self.dtype)
        return [PromptEmbedding(each) for each in with_encoder(load, run, self.device)]


def mvdream_cameras(cameras: Cameras) -> Tensor:
    """Our cameras as MVDream is told them: [B, 16], camera to world, row by row, positions of unit length.

    Both worlds have Z up, azimuth 0 at -Y and counter-clockwise azimuths, but MVDream's objects show their front to a
    camera at +X (its own samples begin at azimuth 90°), ours to one at -Y: the world is turned by a quarter.
    """
    x, y, z, last = cameras.matrices().view(-1, 4, 4).unbind(dim=1)
    return torch.stack([-y, x, z, last], dim=1).flatten(1)
