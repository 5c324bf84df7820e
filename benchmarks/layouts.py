"""How much the embedded prior's layouts are like the world that it was taught.

    python benchmarks/layouts.py                  36 prompts, about two minutes
    python benchmarks/layouts.py --prior FOLDER   of another toybox, as its training exports it

Of each prompt one scene is made and seen from the cameras that a layout is drawn for: one of many that there could be,
so that no layout is wholly like it. Apart for one object and two: how much of the silhouettes' union is their
intersection, and how far albedo is off where both have something.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backend.cameras import Cameras
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.layout_drawing import layout_cameras
from backend.priors.toybox import FOLDER, ToyboxPrior
from toybox.training.known_world import KnownWorld
from toybox.training.seeds import numpy_stream, torch_stream
from toybox.training.views import Toy

CPU: Final = torch.device("cpu")
PROMPTS: Final = 36
SOLID: Final = 0.5  # opacity from which a pixel is the object's


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare layouts with the toybox's world")
    parser.add_argument("--prior", type=Path, default=FOLDER, help="the toybox that draws them")
    asked = parser.parse_args()
    prior, world = ToyboxPrior(4, CPU, asked.prior), KnownWorld(asked.prior)
    cameras = layout_cameras(DenoiseFitSettings(), prior.views, CPU)
    found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for toy in world.toys(PROMPTS, numpy_stream("layouts' benchmark"), None):
        likeness = compared(prior, world, toy, cameras)
        found[len(toy.subject.split(" + "))].append(likeness)
        print(f"{toy.caption:72} IoU {likeness[0]:.2f}  colour off by {likeness[1]:.2f}", flush=True)
    for objects, rows in found.items():
        iou, colour = torch.tensor(rows).mean(dim=0).tolist()
        print(f"{objects} object{'s' * (objects > 1)}, {len(rows)} prompts: IoU {iou:.3f}, colour off by {colour:.3f}")


@torch.no_grad()
def compared(prior: ToyboxPrior, world: KnownWorld, toy: Toy, cameras: Cameras) -> tuple[float, float]:
    """Intersection over union of the silhouettes, and mean difference of albedo, 0 … 1, where both are solid."""
    layout = prior.draw_layout(toy.caption, "", cameras, torch_stream(CPU, "layouts' benchmark", toy.caption))
    albedo, mask, _ = world.maps([toy], cameras, layout.opacity.shape[-1], 2)
    iou = torch.minimum(layout.opacity, mask).sum() / torch.maximum(layout.opacity, mask).sum()
    both = ((layout.opacity > SOLID) & (mask > SOLID)).expand_as(albedo)
    off = (layout.albedo - albedo / mask.clamp(min=SOLID)).abs()[both]
    return iou.item(), off.mean().item() if len(off) else 1.0


if __name__ == "__main__":
    main()
