"""Checkpoints in one file, as they were before diffusers: tiny models written under latent diffusion's names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from backend.priors.loading.ldm_names import ldm_unet_name

_VAE_NAMES = [
    (r"mid_block\.resnets\.(\d)\.", lambda m: f"mid.block_{int(m[1]) + 1}."),
    (r"mid_block\.attentions\.0\.group_norm", "mid.attn_1.norm"),
    (r"mid_block\.attentions\.0\.to_out\.0", "mid.attn_1.proj_out"),
    (r"mid_block\.attentions\.0\.to_(.)", r"mid.attn_1.\1"),
    (r"down_blocks\.(\d)\.resnets\.", r"down.\1.block."),
    (r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample"),
    (r"up_blocks\.(\d)\.resnets\.", r"up.\1.block."),
    (r"up_blocks\.(\d)\.upsamplers\.0", r"up.\1.upsample"),
    (r"conv_norm_out", "norm_out"),
    (r"conv_shortcut", "nin_shortcut"),
]
_OPEN_CLIP_NAMES = [
    (r"^encoder\.layers\.", "transformer.resblocks."),
    (r"layer_norm(\d)", r"ln_\1"),
    (r"fc1", "c_fc"),
    (r"fc2", "c_proj"),
    (r"self_attn", "attn"),
    (r"^final_layer_norm", "ln_final"),
    (r"^embeddings\.token_embedding", "token_embedding"),
    (r"^embeddings\.position_embedding\.weight", "positional_embedding"),
]


def save_single_file(prior: Any, path: Path, **metadata: str) -> Path:
    """Write a prior's weights as one checkpoint, text encoders as its family has them."""
    tensors = {f"model.diffusion_model.{original_unet(prior.unet, key)}": value for key, value in state(prior.unet)}
    tensors |= original_vae(prior.encoders.full.vae)
    encoders = prior.text.encoders
    if len(encoders) == 2:
        tensors |= clip("conditioner.embedders.0.transformer.", encoders[0])
        tensors |= open_clip("conditioner.embedders.1.model.", encoders[1])
    elif encoders[0].config.hidden_act == "gelu":
        tensors |= open_clip("cond_stage_model.model.", encoders[0])
    else:
        tensors |= clip("cond_stage_model.transformer.", encoders[0])
    save_file({key: value.contiguous() for key, value in tensors.items()}, path, metadata=metadata)
    return path


def original_unet(unet: Any, key: str) -> str:
    """A weight's name in the original layout."""
    module, _, last = key.rpartition(".")
    attention_above = tuple("CrossAttn" in kind for kind in unet.config.up_block_types)
    return f"{ldm_unet_name(module, unet.config.layers_per_block, attention_above)}.{last}"


def original_vae(vae: Any) -> dict[str, Tensor]:
    """An autoencoder's weights; its levels are counted from the finest on both sides."""
    levels, tensors = len(vae.config.block_out_channels), {}
    for key, value in state(vae):
        name = re.sub(r"(?<=up_blocks\.)\d", lambda m: str(levels - 1 - int(m[0])), key)
        # Attention was a convolution of 1 × 1.
        is_projection = "attentions.0.to_" in key and value.ndim == 2
        tensors[f"first_stage_model.{renamed(name, _VAE_NAMES)}"] = value[..., None, None] if is_projection else value
    return tensors


def clip(prefix: str, encoder: Any) -> dict[str, Tensor]:
    """CLIP's encoder, with the positions that old files have among their weights."""
    positions = torch.arange(encoder.config.max_position_embeddings)[None]
    weights = {f"{prefix}text_model.{key}": value for key, value in state(encoder)}
    return {**weights, f"{prefix}text_model.embeddings.position_ids": positions}


def open_clip(prefix: str, encoder: Any) -> dict[str, Tensor]:
    """OpenCLIP's: one matrix for queries, keys and values, and a projection that is transposed."""
    weights = {key.removeprefix("text_model."): value for key, value in state(encoder)}
    tensors = {f"{prefix}logit_scale": torch.tensor(1.0)}
    for key, value in weights.items():
        if key == "text_projection.weight":
            tensors[f"{prefix}text_projection"] = value.T
        elif ".q_proj." in key:
            joined = torch.cat([weights[key.replace(".q_proj.", f".{each}_proj.")] for each in "qkv"])
            tensors[prefix + renamed(key.replace(".q_proj.", ".in_proj_"), _OPEN_CLIP_NAMES)] = joined
        elif ".k_proj." not in key and ".v_proj." not in key:
            tensors[prefix + renamed(key, _OPEN_CLIP_NAMES)] = value
    return tensors


def state(model: Any) -> list[tuple[str, Tensor]]:
    return list(model.state_dict().items())


def renamed(key: str, rules: list[tuple[str, Any]]) -> str:
    for pattern, replacement in rules:
        key = re.sub(pattern, replacement, key)
    return key
