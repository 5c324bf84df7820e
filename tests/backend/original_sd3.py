"""Stable Diffusion 3 in one file, as its authors name things: tiny models written under those names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from original_layout import original_vae, renamed, state
from safetensors.torch import save_file
from torch import Tensor

_NAMES = [
    (r"^pos_embed\.pos_embed", "pos_embed"),
    (r"^pos_embed\.proj", "x_embedder.proj"),
    (r"^time_text_embed\.timestep_embedder\.linear_1", "t_embedder.mlp.0"),
    (r"^time_text_embed\.timestep_embedder\.linear_2", "t_embedder.mlp.2"),
    (r"^time_text_embed\.text_embedder\.linear_1", "y_embedder.mlp.0"),
    (r"^time_text_embed\.text_embedder\.linear_2", "y_embedder.mlp.2"),
    (r"^proj_out", "final_layer.linear"),
    (r"^norm_out\.linear", "final_layer.adaLN_modulation.1"),
    (r"^transformer_blocks", "joint_blocks"),
    (r"norm1_context\.linear", "context_block.adaLN_modulation.1"),
    (r"norm1\.linear", "x_block.adaLN_modulation.1"),
    (r"ff_context\.net\.0\.proj", "context_block.mlp.fc1"),
    (r"ff_context\.net\.2", "context_block.mlp.fc2"),
    (r"ff\.net\.0\.proj", "x_block.mlp.fc1"),
    (r"ff\.net\.2", "x_block.mlp.fc2"),
    (r"attn\.norm_added_([qk])", r"context_block.attn.ln_\1"),
    (r"(attn2?)\.norm_([qk])", r"x_block.\1.ln_\2"),
    (r"attn\.to_add_out", "context_block.attn.proj"),
    (r"(attn2?)\.to_out\.0", r"x_block.\1.proj"),
    (r"attn\.add_q_proj", "context_block.attn.qkv"),
    (r"(attn2?)\.to_q", r"x_block.\1.qkv"),
]


def save_sd3_file(prior: Any, clips: list[Any], path: Path) -> Path:
    """Write a prior's weights and its CLIPs' as one checkpoint."""
    tensors = {f"model.diffusion_model.{key}": value for key, value in original_transformer(prior.transformer).items()}
    tensors |= original_vae(prior.encoders.full.vae)
    for name, encoder in zip(("clip_l", "clip_g"), clips, strict=True):
        tensors |= {f"text_encoders.{name}.transformer.{key}": value for key, value in state(encoder)}
    save_file({key: value.contiguous() for key, value in tensors.items()}, path)
    return path


def original_transformer(transformer: Any) -> dict[str, Tensor]:
    """Queries, keys and values in one matrix; two modulations with shift and scale in the other order."""
    weights, last = dict(state(transformer)), transformer.config.num_layers - 1
    swapped = ("norm_out.linear", f"transformer_blocks.{last}.norm1_context.linear")
    tensors: dict[str, Tensor] = {}
    for key, value in weights.items():
        if any(part in key for part in (".to_k.", ".to_v.", ".add_k_proj.", ".add_v_proj.")):
            continue  # with the queries
        whole = value
        if ".to_q." in key or ".add_q_proj." in key:
            names = [key.replace("to_q", f"to_{each}").replace("add_q_", f"add_{each}_") for each in "qkv"]
            whole = torch.cat([weights[name] for name in names])
        elif key.startswith(swapped):
            whole = torch.cat(list(reversed(value.chunk(2))))
        tensors[renamed(key, _NAMES)] = whole
    return tensors
