"""A data set of pictures on disk, in shards that are written whole or not at all; a broken run goes on where it was."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Final

import numpy as np
import torch

from .cameras import random_backgrounds, random_cameras, random_lighting
from .compose import sample_scene
from .pack import pack
from .render import render_packed

SHARD: Final = 256  # scenes


def write_shard(folder: Path, index: int, seed: int, scenes: int, views: int, size: int, device: str) -> Path:
    """Scenes index · SHARD and following. The shard depends on nothing but these arguments.

    color uint8 [S, V, H, W, 3]; mask uint8 [S, V, H, W]; normal uint8 [S, V, H, W, 3], 0 … 255 for -1 … 1;
    camera float32 [S, V, 16] as the prior is told them; fov float32 [S, V]; captions, a JSON list of S strings.
    """
    path = folder / f"shard-{index:05d}.npz"
    if path.exists():
        return path
    samples = [sample_scene(np.random.default_rng((seed, index, each))) for each in range(scenes)]
    generator = torch.Generator(device).manual_seed(seed * 1_000_003 + index)
    cameras = random_cameras(scenes, views, generator)
    lighting = random_lighting(cameras, views, generator)
    background = random_backgrounds(scenes, views, generator)
    packed = pack([each.scene for each in samples], device)
    pictures = render_packed(packed, cameras, size, lighting, background)
    shape = (scenes, views, size, size)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez_compressed(
            file,
            color=_bytes(pictures.color).reshape(*shape, 3),
            mask=_bytes(pictures.mask).reshape(shape),
            normal=_bytes(pictures.normal / 2 + 0.5).reshape(*shape, 3),
            camera=cameras.matrices().cpu().numpy().reshape(scenes, views, 16),
            fov=cameras.fov.cpu().numpy().reshape(scenes, views),
            captions=np.array(json.dumps([each.caption for each in samples])),
        )
    os.replace(unfinished, path)
    return path


def _bytes(values: torch.Tensor) -> np.ndarray:
    return (values.clamp(0, 1) * 255).round().byte().cpu().numpy()


def main() -> None:
    """Read the command line and write shards."""
    parser = argparse.ArgumentParser(prog="python -m toybox.render", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the shards")
    parser.add_argument("--count", type=int, required=True, help="how many scenes")
    parser.add_argument("--views", type=int, default=4, help="of each scene, in a ring (1: anywhere)")
    parser.add_argument("--size", type=int, default=64, help="of the pictures, in pixels")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for index, first in enumerate(range(0, options.count, SHARD)):
        scenes = min(SHARD, options.count - first)
        path = write_shard(options.out, index, options.seed, scenes, options.views, options.size, options.device)
        print(f"{first + scenes} of {options.count} scenes: {path}", flush=True)
