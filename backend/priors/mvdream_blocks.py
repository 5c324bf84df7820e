"""The parts that MVDream's U-Net is made of: those of Stable Diffusion 2.1, but views of one object see one another.

Attributes have the names that the published weights have (CompVis' layout, not diffusers'); where a place in a
Sequential is counted but holds nothing to compute, an Identity keeps the count.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Downsample", "ResBlock", "Stage", "Upsample", "ViewTransformer"]

GROUPS = 32


class ResBlock(nn.Module):
    """Two convolutions, told the time and the camera in between, beside a straight way."""

    def __init__(self, channels: int, embedding: int, out_channels: int) -> None:
        super().__init__()
        self.in_layers = nn.Sequential(
            nn.GroupNorm(GROUPS, channels), nn.SiLU(), nn.Conv2d(channels, out_channels, 3, padding=1)
        )
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(embedding, out_channels))
        dropout = nn.Identity()
        convolution = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.out_layers = nn.Sequential(nn.GroupNorm(GROUPS, out_channels), nn.SiLU(), dropout, convolution)
        same = channels == out_channels
        self.skip_connection = nn.Identity() if same else nn.Conv2d(channels, out_channels, 1)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """x: [B, C, H, W].  embedding: [B, E].  Returns [B, out_channels, H, W]."""
        told = self.in_layers(x) + self.emb_layers(embedding)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(told)


class Attention(nn.Module):
    """From a sequence to itself, or to a text."""

    def __init__(self, channels: int, source_channels: int, head_channels: int) -> None:
        super().__init__()
        self.head_channels = head_channels
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(source_channels, channels, bias=False)
        self.to_v = nn.Linear(source_channels, channels, bias=False)
        self.to_out = nn.Sequential(nn.Linear(channels, channels))

    def forward(self, x: Tensor, source: Tensor) -> Tensor:
        """x: [B, N, C].  source: [B, M, D].  Returns [B, N, C]."""
        q, k, v = (
            each.unflatten(-1, (-1, self.head_channels)).transpose(1, 2)
            for each in (self.to_q(x), self.to_k(source), self.to_v(source))
        )
        return self.to_out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class GatedLinear(nn.Module):
    """One half of a linear layer's answer lets the other through (GEGLU: Shazeer 2020)."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.proj = nn.Linear(channels, 2 * out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., channels].  Returns [..., out_channels]."""
        passed, gate = self.proj(x).chunk(2, dim=-1)
        return passed * F.gelu(gate)


class FeedForward(nn.Module):
    """Each place on its own."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        dropout = nn.Identity()
        self.net = nn.Sequential(GatedLinear(channels, 4 * channels), dropout, nn.Linear(4 * channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        """x: [B, N, C].  Returns the same shape."""
        return self.net(x)


class TransformerBlock(nn.Module):
    """Places look at all places of all views, then at the text, then each thinks alone (MVDream §3.1)."""

    def __init__(self, channels: int, head_channels: int, context: int) -> None:
        super().__init__()
        self.attn1 = Attention(channels, channels, head_channels)
        self.ff = FeedForward(channels)
        self.attn2 = Attention(channels, context, head_channels)
        self.norm1 = nn.LayerNorm(channels)
        self.norm2 = nn.LayerNorm(channels)
        self.norm3 = nn.LayerNorm(channels)

    def forward(self, x: Tensor, context: Tensor, views: int) -> Tensor:
        """x: [B, N, C], the views of an object in succession.  context: [B, L, D].  Returns the shape of x."""
        batch, places, channels = x.shape
        together = self.norm1(x).reshape(batch // views, views * places, channels)
        x = x + self.attn1(together, together).reshape(x.shape)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class ViewTransformer(nn.Module):
    """Transformer blocks over the places of feature maps."""

    def __init__(self, channels: int, head_channels: int, context: int, depth: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, channels, eps=1e-6)
        self.proj_in = nn.Linear(channels, channels)
        self.transformer_blocks = nn.ModuleList(
            [TransformerBlock(channels, head_channels, context) for _ in range(depth)]
        )
        self.proj_out = nn.Linear(channels, channels)

    def forward(self, x: Tensor, context: Tensor, views: int) -> Tensor:
        """x: [B, C, H, W].  Returns the same shape."""
        places = self.proj_in(self.norm(x).flatten(2).transpose(1, 2))
        for block in self.transformer_blocks:
            places = block(places, context, views)
        return x + self.proj_out(places).transpose(1, 2).unflatten(2, x.shape[2:])


class Downsample(nn.Module):
    """Half as many pixels a side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """x: [B, C, H, W].  Returns [B, C, H / 2, W / 2]."""
        return self.op(x)


class Upsample(nn.Module):
    """Twice as many pixels a side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """x: [B, C, H, W].  Returns [B, C, 2 H, 2 W]."""
        return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


class Stage(nn.ModuleList):
    """Parts one after the other, each told what it wants to know."""

    def forward(self, x: Tensor, embedding: Tensor, context: Tensor, views: int) -> Tensor:
        """x: [B, C, H, W].  embedding: [B, E].  context: [B, L, D].  Returns [B, C', H', W']."""
        for part in self:
            if isinstance(part, ResBlock):
                x = part(x, embedding)
            elif isinstance(part, ViewTransformer):
                x = part(x, context, views)
            else:
                x = part(x)
        return x
