"""The parts of a Stable Diffusion 3 or 3.5, from a folder in diffusers' layout or from one .safetensors file.

A single file holds weights alone, in its authors' layout; the configurations are ours, the names are translated by
diffusers. T5, which some such files hold as well, is left out: its tokenizer is in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from diffusers.loaders.single_file_utils import (
    convert_ldm_clip_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_sd3_transformer_checkpoint_to_diffusers,
)
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from backend.priors.loading.components import load_component
from backend.priors.loading.files import damaged, read_json, read_tensors
from backend.priors.loading.filling import build, fill
from backend.priors.loading.schedulers import read_scheduler
from backend.priors.precision import Precision
from backend.priors.text.clip import load_clip_tokenizer
from backend.priors.text.clip_tokenizer import END, OPEN_CLIP_PAD, clip_tokenizer
from backend.priors.text.stable_diffusion_3 import TextSource, texts_of_folder
from dreamfusion_blender.models.options import CONFIGURATIONS
from dreamfusion_blender.models.safetensors_header import read_shapes

__all__ = ["SD3Parts", "configuration_of", "load_sd3_file", "load_sd3_folder"]

_DENOISER: Final = "model.diffusion_model."
_VAE: Final = "first_stage_model."
_CLIPS: Final = {
    "text_encoder": "text_encoders.clip_l.transformer.",
    "text_encoder_2": "text_encoders.clip_g.transformer.",
}


@dataclass(frozen=True)
class SD3Parts:
    """On the CPU. Text encoders are loaded when there is something to embed."""

    transformer: Any
    vae: Any
    scheduler: Mapping[str, Any]
    clips: tuple[TextSource, TextSource]
    t5: TextSource | None


def load_sd3_folder(folder: Path, precision: Precision) -> SD3Parts:
    """From a folder as diffusers' StableDiffusion3Pipeline has it. Raises WeightsMissing or WeightsDamaged."""
    clips, t5 = texts_of_folder(folder)
    return SD3Parts(
        transformer=load_component(SD3Transformer2DModel, folder / "transformer", precision.denoiser),
        vae=load_component(AutoencoderKL, folder / "vae", precision.vae),
        scheduler=read_scheduler(folder),
        clips=clips,
        t5=t5,
    )


def load_sd3_file(path: Path, precision: Precision, configuration: Path | None) -> SD3Parts:
    """configuration: a folder in diffusers' layout that describes the model; None: one of ours, by the file's names.

    Raises WeightsMissing or WeightsDamaged.
    """
    names = read_shapes(path)
    for prefix in (_DENOISER, _VAE, *_CLIPS.values()):
        if not any(name.startswith(prefix) for name in names):
            raise damaged(
                f"{path} has nothing under {prefix}: a whole checkpoint of Stable Diffusion 3 is needed, one with "
                "'incl_clips' in its name"
            )
    folder = configuration or CONFIGURATIONS / configuration_of(names)
    transformer = read_json(folder / "transformer" / "config.json")
    vae = read_json(folder / "vae" / "config.json")
    first, second = (_clip(path, part, folder) for part in _CLIPS)
    return SD3Parts(
        transformer=build(
            SD3Transformer2DModel,
            transformer,
            _translated(read_part(path, _DENOISER), path),
            precision.denoiser,
            path,
        ),
        vae=build(AutoencoderKL, vae, convert_ldm_vae_checkpoint(read_part(path, _VAE), vae), precision.vae, path),
        scheduler=read_scheduler(folder),
        clips=(first, second),
        t5=None,
    )


def read_part(path: Path, prefix: str) -> dict[str, Tensor]:
    """A part's tensors. Raises WeightsDamaged for numbers that mean something only with a scale beside them."""
    tensors, _ = read_tensors(path, prefix)
    if scaled := next((name for name in tensors if name.endswith(("scale_weight", "scaled_fp8"))), None):
        raise damaged(f"{path} is in scaled 8-bit numbers ({scaled}); 16 or 32 bits are needed")
    return tensors


def _translated(tensors: dict[str, Tensor], path: Path) -> dict[str, Tensor]:
    try:
        return convert_sd3_transformer_checkpoint_to_diffusers(tensors)
    except (KeyError, IndexError, ValueError, RuntimeError) as error:  # whatever of a layer is not there
        raise damaged(f"The transformer in {path} is not whole, or no Stable Diffusion 3", error) from error


def configuration_of(names: Mapping[str, Any]) -> str:
    """Which of ours: 3.5 normalises queries and keys, and only its medium size attends twice in some layers."""
    if not any(".ln_q." in name for name in names):
        return "sd3"
    if any(".attn2." in name for name in names):
        return "sd35_medium"
    return "sd35_large"


def _clip(path: Path, part: str, folder: Path) -> TextSource:
    """The configuration's own tokenizer if it has one, else CLIP's."""
    own = folder / part.replace("text_encoder", "tokenizer")
    is_second = part == "text_encoder_2"
    tokenizer = load_clip_tokenizer(own) if own.is_dir() else clip_tokenizer(OPEN_CLIP_PAD if is_second else END)

    def load(dtype: torch.dtype, device: torch.device) -> Any:
        config = CLIPTextConfig.from_pretrained(folder / part, local_files_only=True)
        model: Any = CLIPTextModelWithProjection(config)
        weights = convert_ldm_clip_checkpoint(read_part(path, _CLIPS[part]), _CLIPS[part])
        if not is_second:
            # The authors take the first encoder's text as it comes, whatever projection lies in the file.
            weights["text_projection.weight"] = torch.eye(config.hidden_size)
        return fill(model, weights, path, assign=False).to(device, dtype)

    return TextSource(tokenizer, load)
