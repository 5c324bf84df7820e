"""MVDream's U-Net (Shi et al. 2023, 2308.16512, §3): Stable Diffusion 2.1's, with cameras, over views together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from backend.priors.loading.files import damaged, read_json, read_tensors
from backend.priors.mvdream_blocks import GROUPS, Downsample, ResBlock, Stage, Upsample, ViewTransformer

__all__ = ["MultiViewUNet", "UNetSettings", "load_unet"]

PUBLISHED_NAME = "MultiViewUNetModel"  # of the class that the published configuration names
SLOWEST = 10_000  # times 2π steps is the longest wave that tells the time (Vaswani et al. 2017, §3.5)


@dataclass(frozen=True)
class UNetSettings:
    """The published configuration's keys; its values are the defaults."""

    in_channels: int = 4
    out_channels: int = 4
    model_channels: int = 320
    channel_mult: Sequence[int] = (1, 2, 4, 4)  # levels, each at half the resolution of the one before
    num_res_blocks: int = 2  # a level
    attention_resolutions: Sequence[int] = (4, 2, 1)  # how many times smaller the feature maps are that have attention
    num_head_channels: int = 64
    transformer_depth: int = 1
    context_dim: int = 1024
    camera_dim: int = 16


class MultiViewUNet(nn.Module):
    """Its parameters have the names and shapes of the published weights."""

    def __init__(self, settings: UNetSettings) -> None:
        super().__init__()
        self.settings = settings
        width = settings.model_channels
        self.embedding = 4 * width
        self.time_embed = self._embedder(width)
        self.camera_embed = self._embedder(settings.camera_dim)
        self.input_blocks = nn.ModuleList([Stage([nn.Conv2d(settings.in_channels, width, 3, padding=1)])])
        widths = self._way_down()
        bottom = widths[-1]
        first, last = (ResBlock(bottom, self.embedding, bottom) for _ in range(2))
        self.middle_block = Stage([first, self._attention(bottom), last])
        self.output_blocks = nn.ModuleList()
        self._way_up(widths)
        self.out = nn.Sequential(
            nn.GroupNorm(GROUPS, width), nn.SiLU(), nn.Conv2d(width, settings.out_channels, 3, padding=1)
        )

    def forward(self, x: Tensor, timestep: float, context: Tensor, cameras: Tensor, views: int) -> Tensor:
        """What the model predicts of x, the views of an object in succession: [B, C, H, W].

        context: [B, L, D] text.  cameras: [B, 16], see mvdream_cameras.  views: how many look at one object.
        """
        waves = timestep_waves(timestep, self.settings.model_channels, x.device).to(x.dtype)
        embedding = self.time_embed(waves) + self.camera_embed(cameras)
        kept = []
        for stage in self.input_blocks:
            x = stage(x, embedding, context, views)
            kept.append(x)
        x = self.middle_block(x, embedding, context, views)
        for stage in self.output_blocks:
            x = stage(torch.cat([x, kept.pop()], dim=1), embedding, context, views)
        return self.out(x)

    def _embedder(self, channels: int) -> nn.Sequential:
        return nn.Sequential(nn.Linear(channels, self.embedding), nn.SiLU(), nn.Linear(self.embedding, self.embedding))

    def _attention(self, channels: int) -> ViewTransformer:
        settings = self.settings
        return ViewTransformer(channels, settings.num_head_channels, settings.context_dim, settings.transformer_depth)

    def _level(self, level: int, channels: int) -> list[nn.Module]:
        """A residual block into a level's width, and attention where the level has it."""
        width = self.settings.model_channels * self.settings.channel_mult[level]
        block = ResBlock(channels, self.embedding, width)
        return [block, self._attention(width)] if 2**level in self.settings.attention_resolutions else [block]

    def _way_down(self) -> list[int]:
        """Builds the input blocks. Returns the channels of each one's answer, which the output blocks take up."""
        settings = self.settings
        widths = [settings.model_channels]
        for level, factor in enumerate(settings.channel_mult):
            for _ in range(settings.num_res_blocks):
                self.input_blocks.append(Stage(self._level(level, widths[-1])))
                widths.append(settings.model_channels * factor)
            if level < len(settings.channel_mult) - 1:
                self.input_blocks.append(Stage([Downsample(widths[-1])]))
                widths.append(widths[-1])
        return widths

    def _way_up(self, widths: list[int]) -> None:
        """Builds the output blocks; each joins the answer of an input block, the last first."""
        settings = self.settings
        channels = widths[-1]
        for level in reversed(range(len(settings.channel_mult))):
            for number in range(settings.num_res_blocks + 1):
                parts = self._level(level, channels + widths.pop())
                channels = settings.model_channels * settings.channel_mult[level]
                if level and number == settings.num_res_blocks:
                    parts.append(Upsample(channels))
                self.output_blocks.append(Stage(parts))


def timestep_waves(timestep: float, channels: int, device: torch.device) -> Tensor:
    """A timestep as cosines and then sines of `channels` / 2 wavelengths: [1, channels] in float32."""
    half = channels // 2
    rates = torch.exp(-math.log(SLOWEST) * torch.arange(half, dtype=torch.float32, device=device) / half)
    return torch.cat([torch.cos(timestep * rates), torch.sin(timestep * rates)])[None]


def load_unet(folder: Path, dtype: torch.dtype, device: torch.device) -> MultiViewUNet:
    """The U-Net of a folder with config.json and diffusion_pytorch_model.safetensors, which must fill it exactly.

    Raises WeightsMissing or WeightsDamaged.
    """
    path = folder / "config.json"
    try:
        settings = _settings(read_json(path))
        with torch.device("meta"):  # without memory: the weights' own is taken over
            unet = MultiViewUNet(settings)
    except (ValueError, TypeError) as error:
        raise damaged(f"{path} cannot be used", error) from error
    path = folder / "diffusion_pytorch_model.safetensors"
    weights = {name: tensor.to(device, dtype) for name, tensor in read_tensors(path)[0].items()}
    try:
        unet.load_state_dict(weights, strict=True, assign=True)
    except RuntimeError as error:
        raise damaged(f"The weights in {path} do not fit MVDream's U-Net", error) from error
    return unet.eval().requires_grad_(False)


def _settings(configuration: dict[str, Any]) -> UNetSettings:
    """Raises ValueError for the configuration of another model."""
    if configuration.get("_class_name") != PUBLISHED_NAME:
        raise ValueError(f"it is not the configuration of MVDream's U-Net, whose _class_name is {PUBLISHED_NAME}")
    if configuration.get("ip_dim"):
        raise ValueError("it is ImageDream's, which wants a picture beside the prompt")
    known = {field.name for field in fields(UNetSettings)}
    return UNetSettings(**{key: value for key, value in configuration.items() if key in known})
