"""The exported folder's README: what the prior is, how it was trained, what it scores, and pictures of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import torch
from PIL import Image
from torch import Tensor

from toybox.training.blocks import RING
from toybox.training.model import Model
from toybox.training.obedience import measure, table
from toybox.training.runs import read_log
from toybox.training.sampling import sample
from toybox.training.seeds import numpy_stream, torch_stream
from toybox.training.trainer import Trainer
from toybox.training.views import training_cameras

__all__ = ["picture_sheet", "write_card"]

SAMPLE_RINGS: Final = 12
RINGS_A_ROW: Final = 3
MEASURED_RINGS: Final = 32  # at most; a small run has smaller batches
SAMPLES: Final = "samples.png"

CARD: Final = """---
license: cc0-1.0
library_name: diffusers
tags: [text-to-image, multi-view, pixel-diffusion]
---
# Toybox: the embedded prior

A text-to-image diffusion model of simple objects: {million:.1f} million parameters in the U-Net, {text_million:.1f}
million in the text encoder. It draws one view, or four views of one object together (MVDream's idea). Trained on
renders of the procedural world in `toybox/` alone, so its licence is ours to give: **CC0-1.0**, weights and all.

| | |
|---|---|
| Pictures | {resolution} × {resolution}, {channels} |
| Cameras, four views | {cameras} |
| Cameras, one view | In words behind the prompt (", side view"); the camera inputs are zeros |
| Guidance | Empty prompt{guidance} |
| Predicts | `{prediction}`, cosine schedule of {noise_steps} steps{terminal} |
| Vocabulary | {words} words and marks, one token each; {tokens} tokens a prompt |
| Training | {steps} steps of {singles} single views and {groups} groups of four; averaged weights in half precision |
| Last loss, last held-out loss | {loss}, {held_out} |

World: Z up, the front faces −Y, azimuth 0 is the camera at −Y, counter-clockwise seen from above. Four views are at
azimuths a, a + 90°, a + 180°, a + 270° and one elevation. `SHA256SUMS` holds the files' hashes, checked before loading.
`toybox.json` says which variant the code beside it has to expect.

The held-out loss is that of pairs of object and colour that were never trained on.

## Does it obey its cameras?

How much the error of its clean prediction grows when it is told wrong cameras about noised views of {rings} objects
with a front: turned by a quarter, by half, left and right swapped, all the first. And how often a sampled view is
nearest to the told side of the very object.

{obedience}

## Samples

![{rows} objects, four views each](samples.png)

{captions}

## Settings

```json
{settings}
```
"""

CAMERAS: Final = {
    "matrix": "`class_labels`: the 4 × 4 camera-to-world matrix row by row (right, up, back, position of length 1)",
    "rays": "Six channels behind the noisy picture: each pixel's ray in world space, direction and moment",
    "both": "`class_labels`: the 4 × 4 camera-to-world matrix row by row (right, up, back, position of length 1); and "
    "six channels behind the noisy picture: each pixel's ray in world space, direction and moment",
}


def write_card(folder: Path, trainer: Trainer, model: Model, run: Path) -> None:
    """README.md and samples.png.  model: the averaged one.  run: the training's folder, for its log."""
    captions = write_samples(folder / SAMPLES, trainer, model)
    network, settings = trainer.settings.network, trainer.settings
    rings = min(MEASURED_RINGS, 2 * settings.batch.groups)
    found = measure(model, trainer.chunks.world, rings, 0, trainer.device)
    log = read_log(run)
    said: dict[str, Any] = {
        "million": sum(each.numel() for each in trainer.unet.parameters()) / 1e6,
        "text_million": sum(each.numel() for each in trainer.encoder.parameters()) / 1e6,
        "resolution": network.resolution,
        "channels": "colour and world-space normal (0 outside)" if network.normals else "colour",
        "cameras": CAMERAS[network.cameras],
        "guidance": " and no cameras" if network.camera_guidance else "; the cameras stay",
        "prediction": settings.noise.prediction,
        "noise_steps": settings.noise.steps,
        "terminal": ", the last of which is all noise" if settings.noise.zero_terminal else "",
        "words": len(trainer.words),
        "tokens": network.tokens,
        "steps": trainer.step_index,
        "singles": settings.batch.singles,
        "groups": settings.batch.groups,
        "loss": last(log, "loss"),
        "held_out": last(log, "held_out_loss"),
        "rings": found["rings"],
        "obedience": table(found),
        "rows": len(captions),
        "captions": "; ".join(captions) + ".",
        "settings": json.dumps(json.loads(settings.to_json()), indent=1),
    }
    (folder / "README.md").write_text(CARD.format(**said), encoding="utf-8")


def write_samples(path: Path, trainer: Trainer, model: Model) -> list[str]:
    """Four views each of some held-out pairs of object and colour; their captions, in order."""
    rng = numpy_stream("samples")
    toys = trainer.chunks.world.toys(SAMPLE_RINGS, rng, True)
    cameras = training_cameras(len(toys), 0, rng, trainer.device)
    captions = [toy.caption for toy in toys]
    each = [caption for caption in captions for _ in range(RING)]
    made = sample(model, each, cameras.pose, cameras.fov, torch_stream(trainer.device, "samples"), steps=40)
    picture_sheet(path, made)
    return captions


def picture_sheet(path: Path, pictures: Tensor) -> None:
    """Rings side by side, colours over normals.  pictures: [4 G, 3 or 6, R, R] in -1 … 1."""
    count, channels, size = pictures.shape[:3]
    columns = RING * RINGS_A_ROW
    missing = -count % columns
    padded = torch.cat([pictures, pictures.new_ones(missing, channels, size, size)]).float().cpu()
    grid = padded.view(-1, columns, channels // 3, 3, size, size).permute(0, 2, 4, 1, 5, 3)
    image = ((grid.reshape(-1, columns * size, 3) + 1) * 127.5).clamp(0, 255).byte().numpy()
    Image.fromarray(image).save(path)


def last(log: list[dict[str, Any]], name: str) -> str:
    """The last value of this name in a log."""
    values = [line[name] for line in log if name in line]
    return f"{values[-1]:.4f}" if values else "not measured"
