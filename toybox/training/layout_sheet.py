"""Layouts that an exported toybox draws, in a picture: albedo, and normals beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from PIL import Image
from torch import Tensor

from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.layout_drawing import layout_cameras
from backend.priors.layouts import Layout
from toybox.training.seeds import numpy_stream, torch_stream
from toybox.training.views import World

__all__ = ["write_layout_sheet"]

SAMPLES: Final = 12  # of pairs of object and colour that were never trained on
IN_A_ROW: Final = 2
BACKGROUND: Final = 0.8


def write_layout_sheet(path: Path, prior: Path, world: World) -> list[str]:
    """prior: the folder.  Returns the captions, in rows from the top."""
    from backend.priors.toybox import ToyboxPrior  # it needs diffusers, which training does not

    cpu = torch.device("cpu")
    toybox = ToyboxPrior(4, cpu, prior)
    cameras = layout_cameras(DenoiseFitSettings(layout_rings=1), toybox.views, cpu)
    captions = [toy.caption for toy in world.toys(SAMPLES, numpy_stream("layout samples"), True)]
    rows = []
    for caption in captions:
        layout = toybox.draw_layout(caption, "", cameras, torch_stream(cpu, "layout samples", caption))
        rows.append(_row(layout))
    columns = [torch.cat(rows[index::IN_A_ROW], dim=1) for index in range(IN_A_ROW)]
    sheet = torch.cat(columns, dim=2).permute(1, 2, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((sheet * 255).round().byte().numpy()).save(path)
    return captions


def _row(layout: Layout) -> Tensor:
    """[3, R, 2 V R] in 0 … 1."""
    colours = layout.albedo * layout.opacity + (1 - layout.opacity) * BACKGROUND
    return torch.cat([*colours, *(layout.normals / 2 + 0.5)], dim=2).clamp(0, 1)
