"""The parts of a Stable Diffusion model, loaded one by one from a folder in diffusers' layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import SafetensorError
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from backend.priors.loading.files import damaged, missing, read_json, weights_variant

__all__ = ["TEXT_ENCODERS", "Components", "Precision", "load_folder", "load_tiny_autoencoder"]

TEXT_ENCODERS: Final[dict[str, Any]] = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}


@dataclass(frozen=True)
class Precision:
    """Number formats of the parts. The text encoders run once a text and stay in float32."""

    unet: torch.dtype
    vae: torch.dtype


@dataclass(frozen=True)
class Components:
    """A model's parts on the CPU; Any, since the libraries' decorators hide the types of their methods."""

    unet: Any
    vae: Any
    text_encoders: tuple[Any, ...]  # one, or SDXL's two
    tokenizers: tuple[Any, ...]  # one for each text encoder
    scheduler: Mapping[str, Any]  # the scheduler's configuration
    zero_empty: bool = False  # an empty prompt is told as zeros, not by its embedding


def load_folder(folder: Path, text_encoders: int, precision: Precision) -> Components:
    """text_encoders: 1 for Stable Diffusion 1 and 2, 2 for SDXL.

    Raises WeightsMissing or WeightsDamaged, naming the part.
    """
    check_kind(read_json(folder / "unet" / "config.json"), text_encoders, folder)
    names = list(TEXT_ENCODERS)[:text_encoders]
    index = read_json(folder / "model_index.json") if (folder / "model_index.json").is_file() else {}
    return Components(
        unet=_load(UNet2DConditionModel, folder / "unet", precision.unet),
        vae=_load(AutoencoderKL, folder / "vae", precision.vae),
        text_encoders=tuple(_load(TEXT_ENCODERS[name], folder / name, torch.float32) for name in names),
        tokenizers=tuple(load_tokenizer(folder / name.replace("text_encoder", "tokenizer")) for name in names),
        scheduler=read_json(folder / "scheduler" / "scheduler_config.json"),
        # SDXL's pipeline takes zeros for no negative prompt unless the model says otherwise.
        zero_empty=text_encoders == 2 and index.get("force_zeros_for_empty_prompt", True),
    )


def load_tiny_autoencoder(folder: Path, dtype: torch.dtype) -> Any:
    """TAESD from its folder. Raises WeightsMissing or WeightsDamaged."""
    return _load(AutoencoderTiny, folder, dtype)


def load_tokenizer(folder: Path) -> Any:
    """A CLIP tokenizer. Raises WeightsMissing or WeightsDamaged."""
    old_form = (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file()
    if not old_form and not (folder / "tokenizer.json").is_file():
        raise missing(f"The tokenizer is missing in {folder}: tokenizer.json, or vocab.json and merges.txt")
    try:
        return CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the tokenizers library raises plain Exceptions
        raise damaged(f"The tokenizer in {folder} cannot be read: {error}") from error


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


def _load(kind: Any, folder: Path, dtype: torch.dtype) -> Any:
    """One part; every weight must be there and fit."""
    config = read_json(folder / "config.json")
    of_diffusers = "_class_name" in config
    found = config["_class_name"] if of_diffusers else (config.get("architectures") or ["a model without a name"])[0]
    if found != kind.__name__:
        raise damaged(f"{folder} holds {found}; {kind.__name__} is needed")
    variant = weights_variant(folder, "diffusion_pytorch_model" if of_diffusers else "model")
    # Without the accelerate package, which is not among ours, diffusers would warn at its own default.
    settings: dict[str, Any] = {"low_cpu_mem_usage": False, "torch_dtype": dtype} if of_diffusers else {"dtype": dtype}
    try:
        model, report = kind.from_pretrained(
            folder,
            variant=variant,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # reported instead of raised
            **settings,
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise damaged(f"The weights in {folder} cannot be used: {error}") from error
    # The libraries fill what is missing or of another size with random numbers.
    unfit = sorted(str(each[0]) for each in report["mismatched_keys"])
    lacking = sorted(report["missing_keys"])
    if unfit:
        raise damaged(f"The weights in {folder} do not fit its configuration: {unfit[0]} and {len(unfit) - 1} more")
    if lacking:
        raise damaged(f"The weights in {folder} lack {lacking[0]} and {len(lacking) - 1} more")
    return model.eval().requires_grad_(False)
