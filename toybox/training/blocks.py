"""The parts of the prior's U-Net, with the names and the arithmetic of diffusers' `UNet2DConditionModel`.

Written out so that training needs no diffusers (the backend loads what comes out with it), and so that views of one
object see one another (MVDream §3.1) without processors to plug in. A test holds them against diffusers' own.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Level", "Resample", "ResidualBlock", "SpatialTransformer", "Told"]

RING = 4
"""Views in a group that see one another."""


class Told(NamedTuple):
    """What all blocks are told.

    embedding: [B, E] of time and camera.  text: [B, L, D].
    singles: how many of the B pictures, from the first, are views on their own; the others are groups of four.
    """

    embedding: Tensor
    text: Tensor
    singles: int


class ResidualBlock(nn.Module):
    """Two convolutions, with time and camera told in between: as a shift, or as scale and shift (FiLM)."""

    def __init__(self, channels: int, out_channels: int, embedding: int, groups: int, film: bool) -> None:
        super().__init__()
        self.film = film
        self.norm1 = nn.GroupNorm(groups, channels, eps=1e-5)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.time_emb_proj = nn.Linear(embedding, out_channels * (2 if film else 1))
        self.norm2 = nn.GroupNorm(groups, out_channels, eps=1e-5)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(channels, out_channels, 1) if channels != out_channels else None

    def forward(self, x: Tensor, told: Told) -> Tensor:
        """x: [B, C, H, W].  Returns [B, out_channels, H, W]."""
        hidden = self.conv1(F.silu(self.norm1(x)))
        shift = self.time_emb_proj(F.silu(told.embedding))[:, :, None, None]
        if self.film:
            scale, shift = shift.chunk(2, dim=1)
            hidden = self.norm2(hidden) * (1 + scale) + shift
        else:
            hidden = self.norm2(hidden + shift)
        hidden = self.conv2(F.silu(hidden))
        return hidden + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    """From a sequence to a text, or to itself and the sequences of the same group."""

    def __init__(self, channels: int, source: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(source, channels, bias=False)
        self.to_v = nn.Linear(source, channels, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x: Tensor, source: Tensor, singles: int) -> Tensor:
        """x: [B, N, C].  source: [B, M, D].  singles: see Told; B when nobody sees anybody else."""
        q, k, v = self.to_q(x), self.to_k(source), self.to_v(source)
        parts = []
        for part, together in ((slice(0, singles), 1), (slice(singles, None), RING)):
            if q[part].shape[0]:
                parts.append(self._attend(q[part], k[part], v[part], together))
        return self.to_out[0](torch.cat(parts) if len(parts) > 1 else parts[0])

    def _attend(self, q: Tensor, k: Tensor, v: Tensor, together: int) -> Tensor:
        batch, tokens, channels = q.shape

        def split(each: Tensor) -> Tensor:
            joined = each.reshape(batch // together, together * each.shape[1], self.heads, -1)
            return joined.transpose(1, 2)

        attended = F.scaled_dot_product_attention(split(q), split(k), split(v))
        return attended.transpose(1, 2).reshape(batch, tokens, channels)


class _GatedLinear(nn.Module):
    """GEGLU (Shazeer 2020)."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.proj = nn.Linear(channels, 2 * out_channels)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(gate)


class _FeedForward(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        dropout = nn.Identity()  # counted in the names, never trained with
        self.net = nn.ModuleList([_GatedLinear(channels, 4 * channels), dropout, nn.Linear(4 * channels, channels)])

    def forward(self, x: Tensor) -> Tensor:
        return self.net[2](self.net[0](x))


class _TransformerBlock(nn.Module):
    def __init__(self, channels: int, text: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(channels)
        self.attn1 = Attention(channels, channels, heads)
        self.norm2 = nn.LayerNorm(channels)
        self.attn2 = Attention(channels, text, heads)
        self.norm3 = nn.LayerNorm(channels)
        self.ff = _FeedForward(channels)

    def forward(self, x: Tensor, told: Told) -> Tensor:
        normed = self.norm1(x)
        x = x + self.attn1(normed, normed, told.singles)
        x = x + self.attn2(self.norm2(x), told.text, singles=len(x))
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    """Attention over a picture's places, between the views of a group, and to the text."""

    def __init__(self, channels: int, text: int, heads: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels, eps=1e-6)
        self.proj_in = nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([_TransformerBlock(channels, text, heads)])
        self.proj_out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, told: Told) -> Tensor:
        """x: [B, C, H, W], as is what it returns."""
        batch, channels, height, width = x.shape
        places = self.proj_in(self.norm(x)).permute(0, 2, 3, 1).reshape(batch, height * width, channels)
        places = self.transformer_blocks[0](places, told)
        back = places.reshape(batch, height, width, channels).permute(0, 3, 1, 2)
        return x + self.proj_out(back)


class Resample(nn.Module):
    """Half as large, or twice."""

    def __init__(self, channels: int, larger: bool) -> None:
        super().__init__()
        self.larger = larger
        self.conv = nn.Conv2d(channels, channels, 3, stride=1 if larger else 2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """x: [B, C, H, W]."""
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest") if self.larger else x)


class Level(nn.Module):
    """The blocks at one resolution, on the way down or up; or those in the middle."""

    def __init__(self, resnets: list[ResidualBlock], attentions: list[SpatialTransformer]) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        self.attentions = nn.ModuleList(attentions) if attentions else None
        self.downsamplers: nn.ModuleList | None = None
        self.upsamplers: nn.ModuleList | None = None

    def block(self, index: int, x: Tensor, told: Told) -> Tensor:
        """A residual block and the attention that follows it."""
        x = self.resnets[index](x, told)
        return x if self.attentions is None else self.attentions[index](x, told)
