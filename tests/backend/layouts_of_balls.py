"""A prior that draws a ball when it is asked for a layout, and believes every picture that it is shown."""

from __future__ import annotations

import dataclasses

import torch
from analytic import GaussianPrior, small_run

from backend.presets import Stage, load_preset
from backend.priors.layouts import Layout

SIZE = 16
RED = torch.tensor([0.8, 0.1, 0.1])


def a_ball(views: int, radius: float = 0.5, size: int = SIZE // 2) -> Layout:
    """A red ball that takes `radius` of half a picture, seen without perspective, its normals as from the front."""
    axis = (torch.arange(size) + 0.5) / size * 2 - 1
    y, x = torch.meshgrid(-axis, axis, indexing="ij")
    depth = (radius**2 - x**2 - y**2).clamp(min=0).sqrt()
    opacity = (x**2 + y**2 < radius**2).float()
    normals = torch.stack([x, -depth, y]) / radius * opacity
    albedo = RED[:, None, None].expand(3, size, size)
    return Layout(*(each.expand(views, -1, -1, -1) for each in (albedo, opacity[None], normals)))


class WithLayouts(GaussianPrior):
    """Believes what it is shown, and draws a ball when it is asked for a layout."""

    draws_layouts = True

    def __init__(self) -> None:
        super().__init__(0.5, std=1e3, resolution=SIZE)
        self.asked: list[tuple[str, int]] = []
        self.starts: list[tuple[Layout | None, float]] = []

    def draw_layout(self, prompt, negative_prompt, cameras, generator, start=None, level=1.0):
        self.asked.append((prompt, len(cameras)))
        self.starts.append((start, level))
        return a_ball(len(cameras))


def run_with(prior, **changes):
    preset = dataclasses.replace(load_preset("standard"), stages=(Stage("denoise_fit", 60),))
    quick = {"steps_per_ring": 10, "first_steps": 2, "ddim_steps": 4, "guidance_weight": 0.0, "rays": 256}
    settings = {f"denoise_fit.{name}": value for name, value in (quick | changes).items()}
    quality = {"render.samples": 16, "render.occupancy_resolution": 8, "regularize.points": 100}
    return small_run(preset.with_overrides(settings | quality | {"takes.count": 1}), prior)
