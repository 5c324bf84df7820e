"""The parts of a Stable Diffusion model, loaded one by one from a folder in diffusers' layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from backend.priors.loading.components import load_component
from backend.priors.loading.files import damaged, read_json
from backend.priors.loading.schedulers import read_scheduler
from backend.priors.precision import Precision
from backend.priors.text.clip import load_clip_tokenizer

__all__ = ["TEXT_ENCODERS", "Parts", "check_kind", "load_folder"]

TEXT_ENCODERS: Final[dict[str, Any]] = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}


@dataclass(frozen=True)
class Parts:
    """A model's parts on the CPU. Text encoders are in float32: they run there, once a text."""

    unet: Any
    vae: Any
    text_encoders: tuple[Any, ...]  # one, or SDXL's two
    tokenizers: tuple[Any, ...]  # one for each text encoder
    scheduler: Mapping[str, Any]  # the scheduler's configuration
    zero_empty: bool = False  # an empty prompt is told as zeros, not by its embedding


def load_folder(folder: Path, text_encoders: int, precision: Precision) -> Parts:
    """text_encoders: 1 for Stable Diffusion 1 and 2, 2 for SDXL.

    Raises WeightsMissing or WeightsDamaged, naming the part.
    """
    check_kind(read_json(folder / "unet" / "config.json"), text_encoders, folder)
    names = list(TEXT_ENCODERS)[:text_encoders]
    index = read_json(folder / "model_index.json") if (folder / "model_index.json").is_file() else {}
    return Parts(
        unet=load_component(UNet2DConditionModel, folder / "unet", precision.denoiser),
        vae=load_component(AutoencoderKL, folder / "vae", precision.vae),
        text_encoders=tuple(load_component(TEXT_ENCODERS[name], folder / name, torch.float32) for name in names),
        tokenizers=tuple(load_clip_tokenizer(folder / name.replace("text_encoder", "tokenizer")) for name in names),
        scheduler=read_scheduler(folder),
        # SDXL's pipeline takes zeros for no negative prompt unless the model says otherwise.
        zero_empty=text_encoders == 2 and index.get("force_zeros_for_empty_prompt", True),
    )


def check_kind(unet: Mapping[str, Any], text_encoders: int, source: Path) -> None:
    """Raises WeightsDamaged when a U-Net's configuration is of the other family, or draws from more than latents."""
    is_xl = unet.get("addition_embed_type") == "text_time"
    if is_xl != (text_encoders == 2):
        found, wanted = ("SDXL", "Stable Diffusion 1 or 2") if is_xl else ("Stable Diffusion 1 or 2", "SDXL")
        raise damaged(f"{source} is {found}; the prior that was asked for is {wanted}")
    if unet.get("in_channels", 4) != 4:
        raise damaged(
            f"{source} takes {unet['in_channels']} channels: a model for inpainting, editing or depth; a plain "
            "text-to-image model, with 4, is needed"
        )
