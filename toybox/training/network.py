"""The prior's networks, made from settings: its U-Net and its text encoder."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel

from backend.priors.layouts import LAYOUT_CHANNELS
from backend.priors.toybox_variant import LIGHT_NUMBERS, RAY_CHANNELS
from backend.priors.wavelets import PATCH, WAVELETS
from toybox.training.blocks import Level, Resample, ResidualBlock, SpatialTransformer, Told
from toybox.training.settings import NetworkSettings

__all__ = ["Embedding", "UNet", "make_text_encoder", "side_of", "unet_config"]


MATRIX: Final = 16  # numbers of a camera's matrix


def labels_of(settings: NetworkSettings) -> int:
    """How many class labels a view has: its camera's matrix, the light if that is told, what the words mean."""
    return MATRIX + (LIGHT_NUMBERS if settings.light else 0) + (settings.layout_words and settings.layout_meaning)


def channels_of(settings: NetworkSettings) -> tuple[int, int]:
    """Channels that the network reads and answers."""
    drawn = LAYOUT_CHANNELS * WAVELETS if settings.layout_words else settings.variant.channels
    beside = (RAY_CHANNELS if settings.variant.sees_rays else 0) + settings.volume_channels
    return drawn + beside, drawn


def side_of(settings: NetworkSettings) -> int:
    """Of the grid that the network works on: pixels, or of layouts patches of them."""
    return settings.resolution // PATCH if settings.layout_words else settings.resolution


class Embedding(nn.Module):
    """Two layers from features to what blocks are told."""

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(features, width)
        self.linear_2 = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """x: [B, F].  Returns [B, E]."""
        return self.linear_2(nn.functional.silu(self.linear_1(x)))


class UNet(nn.Module):
    """Its state_dict is that of diffusers' `UNet2DConditionModel` with `unet_config(settings)`."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.settings = settings
        widths = settings.widths
        width = 4 * widths[0]
        channels_in, channels_out = channels_of(settings)
        self.conv_in = nn.Conv2d(channels_in, widths[0], 3, padding=1)
        self.time_embedding = Embedding(widths[0], width)
        self.class_embedding = Embedding(labels_of(settings), width)

        def residual(channels: int, out_channels: int) -> ResidualBlock:
            return ResidualBlock(channels, out_channels, width, settings.groups, settings.film)

        def attention(channels: int) -> SpatialTransformer:
            return SpatialTransformer(channels, settings.text_width, settings.heads, settings.groups)

        def level(inputs: list[int], channels: int, index: int) -> Level:
            attentions = [attention(channels) for _ in inputs] if index >= settings.attention_from else []
            return Level([residual(each, channels) for each in inputs], attentions)

        self.down_blocks = nn.ModuleList()
        for index, channels in enumerate(widths):
            before = widths[max(0, index - 1)]
            block = level([before] + [channels] * (settings.layers - 1), channels, index)
            if index < len(widths) - 1:
                block.downsamplers = nn.ModuleList([Resample(channels, larger=False)])
            self.down_blocks.append(block)
        self.mid_block = Level([residual(widths[-1], widths[-1]) for _ in range(2)], [attention(widths[-1])])
        # Each block on the way up also reads one of the way down: the level's own, and last what came into the level.
        self.up_blocks = nn.ModuleList()
        for index in reversed(range(len(widths))):
            channels, below = widths[index], widths[min(len(widths) - 1, index + 1)]
            own = [below] + [channels] * settings.layers
            skips = [channels] * settings.layers + [widths[max(0, index - 1)]]
            inputs = [a + b for a, b in zip(own, skips, strict=True)]
            block = level(inputs, channels, index)
            if index > 0:
                block.upsamplers = nn.ModuleList([Resample(channels, larger=True)])
            self.up_blocks.append(block)
        self.conv_norm_out = nn.GroupNorm(settings.groups, widths[0], eps=1e-5)
        self.conv_out = nn.Conv2d(widths[0], channels_out, 3, padding=1)

    def forward(self, x: Tensor, timestep: Tensor, text: Tensor, labels: Tensor, singles: int) -> Tensor:
        """x: [B, C (+ 6 of rays), H, W].  timestep: [B].  text: [B, L, D].  labels: [B, 16 or 20].  singles: see Told.

        Returns the prediction [B, C, H, W].
        """
        embedding = self.time_embedding(_sinusoids(timestep, self.settings.widths[0]).to(x.dtype))
        told = Told(embedding + self.class_embedding(labels), text, singles)
        x = self.conv_in(x)
        ways = [x]
        # Any: what a ModuleList holds has no useful static type.
        level: Any
        for level in self.down_blocks:
            for index in range(len(level.resnets)):
                x = level.block(index, x, told)
                ways.append(x)
            if level.downsamplers is not None:
                x = level.downsamplers[0](x)
                ways.append(x)
        middle = self.mid_block
        x = middle.resnets[1](middle.block(0, x, told), told)
        for level in self.up_blocks:
            for index in range(len(level.resnets)):
                x = level.block(index, torch.cat([x, ways.pop()], dim=1), told)
            if level.upsamplers is not None:
                x = level.upsamplers[0](x)
        return self.conv_out(nn.functional.silu(self.conv_norm_out(x)))


def _sinusoids(timestep: Tensor, width: int) -> Tensor:
    """Cosines, then sines, of the timestep at falling frequencies: [B, width] (Ho et al. 2020)."""
    half = width // 2
    frequencies = torch.exp(-math.log(10_000) * torch.arange(half, device=timestep.device) / half)
    angles = timestep.float()[:, None] * frequencies
    return torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)


def unet_config(settings: NetworkSettings) -> dict[str, Any]:
    """The `config.json` with which diffusers makes the same network; what is not said has diffusers' default."""
    channels_in, channels_out = channels_of(settings)
    attends = [index >= settings.attention_from for index in range(len(settings.widths))]
    return {
        "_class_name": "UNet2DConditionModel",
        "sample_size": side_of(settings),
        "in_channels": channels_in,
        "out_channels": channels_out,
        "block_out_channels": list(settings.widths),
        "layers_per_block": settings.layers,
        "cross_attention_dim": settings.text_width,
        "attention_head_dim": settings.heads,  # in diffusers this is the number of heads
        "down_block_types": ["CrossAttnDownBlock2D" if each else "DownBlock2D" for each in attends],
        "up_block_types": ["CrossAttnUpBlock2D" if each else "UpBlock2D" for each in reversed(attends)],
        "norm_num_groups": settings.groups,
        "class_embed_type": "projection",
        "projection_class_embeddings_input_dim": labels_of(settings),
        "resnet_time_scale_shift": "scale_shift" if settings.film else "default",
    }


def make_text_encoder(settings: NetworkSettings, vocabulary: int) -> Any:
    """CLIP's text transformer, small.  vocabulary: how many words it knows."""
    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=settings.text_width,
        intermediate_size=4 * settings.text_width,
        num_hidden_layers=settings.text_layers,
        num_attention_heads=settings.text_heads,
        max_position_embeddings=settings.tokens,
        projection_dim=settings.text_width,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    return CLIPTextModel(config)
