"""The names that latent diffusion's code, and all who train with it, use for the modules of diffusers' U-Net."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ldm_unet_name"]

_OUTSIDE: Final = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
_IN_RESNET: Final = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_BLOCK: Final = re.compile(r"(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)")
_MIDDLE: Final = re.compile(r"mid_block\.(resnets|attentions)\.(\d+)\.(.+)")


def ldm_unet_name(name: str, layers_per_block: int, attention_above: tuple[bool, ...]) -> str:
    """A module's (or a weight's, without its last part) name in the original layout.

    attention_above: for each block on the way up, whether it has attention: its upsampler's number depends on it.
    The original numbers all blocks through: conv_in is input block 0, and each block on the way down has its layers
    and then its downsampler; the middle is resnet, attention, resnet. Raises ValueError for a name that has none.
    """
    if name in _OUTSIDE:
        return _OUTSIDE[name]
    if match := _MIDDLE.fullmatch(name):
        kind, index, rest = match[1], int(match[2]), match[3]
        return f"middle_block.1.{rest}" if kind == "attentions" else f"middle_block.{2 * index}.{_IN_RESNET[rest]}"
    match = _BLOCK.fullmatch(name)
    if match is None:
        raise ValueError(f"The original layout has no name for {name}")
    way, block, kind, layer, rest = match[1], int(match[2]), match[3], int(match[4]), match[5]
    number = block * (layers_per_block + 1) + (layer + 1 if way == "down" else layer)
    side = "input_blocks" if way == "down" else "output_blocks"
    if kind == "resnets":
        return f"{side}.{number}.0.{_IN_RESNET[rest]}"
    if kind == "attentions":
        return f"{side}.{number}.1.{rest}"
    if kind == "downsamplers":
        return f"{side}.{number + layers_per_block}.0.op"
    return f"{side}.{number + layers_per_block}.{2 if attention_above[block] else 1}.conv"
