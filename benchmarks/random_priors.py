"""The large priors at their full size with random weights: what a step costs does not depend on what they learnt.

Built from their configurations straight on the device, so that nothing is downloaded and nothing is read. Texts are
random embeddings of the right shapes: a job embeds its few texts once, which is no part of a step.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from backend.priors.autoencoder import Encoders
from backend.priors.base import Prior
from backend.priors.deepfloyd_if import DeepFloydIFPrior
from backend.priors.loading.schedulers import prediction_type, read_schedule
from backend.priors.mvdream import MVDreamPrior
from backend.priors.mvdream_unet import MultiViewUNet, UNetSettings
from backend.priors.precision import Precision
from backend.priors.stable_diffusion import StableDiffusionPrior
from backend.priors.stable_diffusion_xl import StableDiffusionXLPrior
from backend.priors.text.embeddings import EmbeddingCache, PromptEmbedding
from dreamfusion_blender.models.options import CONFIGURATIONS

__all__ = ["PRIORS"]

TOKENS: Final = 77

# IF-I-M's U-Net: 372 million parameters and 0.23 TFLOP forward, its published sizes to the last digit that is given.
IF_M: Final[dict[str, Any]] = {
    "sample_size": 64,
    "in_channels": 3,
    "out_channels": 6,
    "block_out_channels": (192, 384, 576, 768),
    "down_block_types": ("ResnetDownsampleBlock2D", *("SimpleCrossAttnDownBlock2D",) * 3),
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "up_block_types": (*("SimpleCrossAttnUpBlock2D",) * 3, "ResnetUpsampleBlock2D"),
    "layers_per_block": 3,
    "attention_head_dim": 64,
    "cross_attention_dim": 768,
    "cross_attention_norm": "group_norm",
    "encoder_hid_dim": 4096,
    "encoder_hid_dim_type": "text_proj",
    "addition_embed_type": "text",
    "addition_embed_type_num_heads": 64,
    "resnet_time_scale_shift": "scale_shift",
    "resnet_skip_time_act": True,
    "time_embedding_act_fn": "gelu",
    "act_fn": "gelu",
}
IF_SCHEDULER: Final = {"beta_schedule": "squaredcos_cap_v2", "num_train_timesteps": 1000}


class RandomStableDiffusion(StableDiffusionPrior):
    """Stable Diffusion 1.5: the adapter, around networks that were made and not loaded."""

    configuration = "sd15"
    width = 768
    pooled: int | None = None

    def __init__(self, device: torch.device, precision: Precision) -> None:
        config = read(self.configuration, "unet")
        self.device, self.resolution, self.calls = device, 64, 0
        scheduler = json.loads((CONFIGURATIONS / self.configuration / "scheduler/scheduler_config.json").read_text())
        self.prediction = prediction_type(scheduler)
        self.schedule = read_schedule(scheduler, device)
        self.unet = denoiser(lambda: UNet2DConditionModel.from_config(config), device, precision)
        self.encoders = encoders(self.configuration, device, precision)
        self.size = self.unet.config.sample_size * self.encoders.pixels
        self._embeddings = embeddings(self.width, self.pooled, precision.denoiser, device)


class RandomStableDiffusionXL(RandomStableDiffusion, StableDiffusionXLPrior):
    """SDXL base, at 1024 pixels."""

    configuration = "sdxl"
    width = 2048
    pooled = 1280


class RandomIF(DeepFloydIFPrior):
    """DeepFloyd IF, stage I, size M."""

    def __init__(self, device: torch.device, precision: Precision) -> None:
        self.device, self.calls, self.dtype = device, 0, precision.denoiser
        self.schedule = read_schedule(IF_SCHEDULER, device)
        self.unet = denoiser(lambda: UNet2DConditionModel(**IF_M), device, precision)
        self.resolution = self.unet.config.sample_size
        self._embeddings = embeddings(IF_M["encoder_hid_dim"], None, self.dtype, device)


class RandomMVDream(MVDreamPrior):
    """MVDream on Stable Diffusion 2.1, four views at 256 pixels."""

    def __init__(self, device: torch.device, precision: Precision) -> None:
        self.device, self.resolution, self.calls, self.dtype = device, 128, 0, precision.denoiser
        scheduler = json.loads((CONFIGURATIONS / "sd21_base/scheduler/scheduler_config.json").read_text())
        self.schedule = read_schedule(scheduler, device)
        self.encoders = encoders("sd21_base", device, precision)
        settings = UNetSettings()
        self.unet = denoiser(lambda: MultiViewUNet(settings), device, precision)
        self._embeddings = embeddings(settings.context_dim, None, self.dtype, device)


PRIORS: Final[dict[str, Callable[[torch.device, Precision], Prior]]] = {
    "sd15": RandomStableDiffusion,
    "sdxl": RandomStableDiffusionXL,
    "if-m": RandomIF,
    "mvdream": RandomMVDream,
}


def network(make: Callable[[], Any], device: torch.device, dtype: torch.dtype) -> Any:
    """A frozen network as the loaders leave it, with its own random weights."""
    with torch.device(device):
        made = make()
    # Not by diffusers' own `to`, which warns of modules to keep in float32 where there are none.
    return torch.nn.Module.to(made, dtype).eval().requires_grad_(False)


def denoiser(make: Callable[[], Any], device: torch.device, precision: Precision) -> Any:
    """The same for a U-Net, in the layout that the adapters give it."""
    return network(make, device, precision.denoiser).to(memory_format=torch.channels_last)


def encoders(configuration: str, device: torch.device, precision: Precision) -> Encoders:
    """Around the autoencoder of one of our configurations, whose decoder stays on the processor."""
    config = read(configuration, "vae")
    vae = network(lambda: AutoencoderKL.from_config(config), torch.device("cpu"), precision.vae)
    return Encoders(vae, None, device)


def embeddings(width: int, pooled: int | None, dtype: torch.dtype, device: torch.device) -> EmbeddingCache:
    """For any text the same kind of noise."""

    def embed(texts: list[str]) -> list[PromptEmbedding]:
        def noise(*shape: int) -> torch.Tensor:
            return torch.randn(*shape, dtype=dtype, device=device)

        return [PromptEmbedding(noise(TOKENS, width), noise(pooled) if pooled else None) for _ in texts]

    return EmbeddingCache(embed)


def read(configuration: str, part: str) -> dict[str, Any]:
    """A part's configuration."""
    path: Path = CONFIGURATIONS / configuration / part / "config.json"
    return json.loads(path.read_text(encoding="utf-8"))
