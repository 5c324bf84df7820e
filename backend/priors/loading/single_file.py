"""Stable Diffusion checkpoints in one .safetensors file, in the original layout (latent diffusion's names).

Such a file holds weights alone. The configurations are ours (`configurations/`, diffusers' layout without weights),
so nothing is asked of the network; the names are translated by diffusers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from diffusers.loaders.single_file_utils import (
    convert_ldm_clip_checkpoint,
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_open_clip_checkpoint,
)
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextConfig

from backend.priors.loading.files import damaged, read_json, read_tensors
from backend.priors.loading.filling import build, fill
from backend.priors.loading.stable_diffusion_parts import TEXT_ENCODERS, Parts, check_kind
from backend.priors.precision import Precision
from backend.priors.text.clip import load_clip_tokenizer
from backend.priors.text.clip_tokenizer import END, OPEN_CLIP_PAD, clip_tokenizer
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.models.options import CONFIGURATIONS

__all__ = ["load_single_file"]

_UNET_ENTRY: Final = "model.diffusion_model.input_blocks.0.0.weight"
# Where each family keeps its (last) text encoder's words.
_WORDS: Final = {
    "sd1": "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight",
    "sd2": "cond_stage_model.model.token_embedding.weight",
    "sdxl": "conditioner.embedders.1.model.token_embedding.weight",
}
_OPEN_CLIP: Final = {"sd2": "cond_stage_model.model.", "sdxl": "conditioner.embedders.1.model."}
_NO_WEIGHTS: Final = ("position_ids", "logit_scale")  # in text encoders' files, and nothing that is used


def load_single_file(path: Path, text_encoders: int, precision: Precision, configuration: Path | None) -> Parts:
    """configuration: a folder in diffusers' layout that describes the model; None: one of ours, by the file's names.

    Raises WeightsMissing, WeightsDamaged, or BadSpec when the file does not say which model it is.
    """
    tensors, metadata = read_tensors(path)
    family = _family(tensors, path)
    folder = configuration or CONFIGURATIONS / _configuration(family, metadata, path)
    config = read_json(folder / "unet" / "config.json")
    check_kind({**config, "in_channels": tensors[_UNET_ENTRY].shape[1]}, text_encoders, path)
    scheduler = read_json(folder / "scheduler" / "scheduler_config.json")
    if "v_pred" in tensors:  # an empty marker that trainers put into SDXL models of v-prediction
        scheduler = {**scheduler, "prediction_type": "v_prediction", "rescale_betas_zero_snr": "ztsnr" in tensors}
    vae_config = read_json(folder / "vae" / "config.json")
    names = list(TEXT_ENCODERS)[:text_encoders]
    return Parts(
        unet=build(
            UNet2DConditionModel, config, convert_ldm_unet_checkpoint(tensors, config), precision.denoiser, path
        ),
        vae=build(AutoencoderKL, vae_config, convert_ldm_vae_checkpoint(tensors, vae_config), precision.vae, path),
        text_encoders=tuple(_text_encoder(name, folder, tensors, family, path) for name in names),
        tokenizers=tuple(_tokenizer(name, folder, family) for name in names),
        scheduler=scheduler,
        zero_empty=text_encoders == 2,
    )


def _family(tensors: Mapping[str, Tensor], path: Path) -> str:
    """sd1, sd2 or sdxl."""
    for family, words in _WORDS.items():
        if words in tensors and _UNET_ENTRY in tensors:
            return family
    raise damaged(
        f"{path} is not a whole checkpoint of Stable Diffusion 1, 2 or SDXL base (it may be a part of one, a LoRA, a "
        "refiner or another kind of model)"
    )


def _configuration(family: str, metadata: Mapping[str, str], path: Path) -> str:
    """Which of our configurations fits. SD 2 at 512 and at 768 pixels have the same weights' shapes."""
    if family != "sd2":
        return "sd15" if family == "sd1" else "sdxl"
    # Stability AI's metadata standard, where the file has it: stable-diffusion-v2-512 or stable-diffusion-v2-768-v.
    said = metadata.get("modelspec.architecture", "")
    for word, name in (("v2-768-v", "sd21_v"), ("v2-512", "sd21_base")):
        if word in said:
            return name
    raise BadSpec(
        f"{path} is a Stable Diffusion 2 and does not say whether it is the one for 512 pixels (which predicts noise) "
        "or for 768 (v): set the job's configuration to sd21_base or to sd21_v, or give the model as a folder in "
        "diffusers' layout"
    )


def _text_encoder(name: str, folder: Path, tensors: dict[str, Tensor], family: str, path: Path) -> Any:
    config = CLIPTextConfig.from_pretrained(folder / name, local_files_only=True)
    model = TEXT_ENCODERS[name](config)
    prefix = None if family == "sdxl" and name == "text_encoder" else _OPEN_CLIP.get(family)
    if prefix is None:
        weights = convert_ldm_clip_checkpoint(tensors)
    else:
        weights = convert_open_clip_checkpoint(model, tensors, prefix=prefix)
    if not hasattr(model, "text_model"):  # transformers' CLIPTextModel has lost a level that checkpoints still name
        weights = {key.removeprefix("text_model."): value for key, value in weights.items()}
    weights = {key: value.float() for key, value in weights.items() if not key.endswith(_NO_WEIGHTS)}
    return fill(model, weights, path, assign=False)


def _tokenizer(name: str, folder: Path, family: str) -> Any:
    """The configuration's own tokenizer if it has one, else CLIP's."""
    own = folder / name.replace("text_encoder", "tokenizer")
    if own.is_dir():
        return load_clip_tokenizer(own)
    is_open_clip = family == "sd2" or name == "text_encoder_2"
    return clip_tokenizer(OPEN_CLIP_PAD if is_open_clip else END)
