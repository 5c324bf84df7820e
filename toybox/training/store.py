"""The views that batches are drawn from: chunks of rendered toys, kept on the device, and on disk if asked.

A chunk is a function of the world's seed and its number, and which chunks are there is one of the step. So a run that
is taken up sees what it would have seen.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.prompts import VIEW_NAMES, view_name
from dreamfusion_blender.files import atomic_write, replacing
from toybox.training.seeds import numpy_stream
from toybox.training.settings import DataSettings
from toybox.training.views import Views, World, look, product_cameras, training_cameras
from toybox.training.words import Words

__all__ = ["Chunk", "Chunks", "Store"]


class Chunk(NamedTuple):
    """S toys in V views, packed.

    albedo, mask: [S, V, 3 or 1, R, R] uint8, 255 is 1.  normal: [S, V, 3, R, R] int8, 127 is 1.
    pose: [S, V, 3, 4].  fov: [S, V].  direction: [S, V] which of the four words.  tokens: [S, L].
    """

    albedo: Tensor
    mask: Tensor
    normal: Tensor
    pose: Tensor
    fov: Tensor
    direction: Tensor
    tokens: Tensor


class Chunks:
    """Numbered chunks of a world."""

    def __init__(
        self,
        world: World,
        settings: DataSettings,
        resolution: int,
        words: Words,
        device: torch.device,
        folder: Path | None = None,
    ) -> None:
        """folder: where rendered chunks are kept and looked for; made if it is not there."""
        self.world, self.settings, self.resolution, self.words = world, settings, resolution, words
        self.device = device
        self.folder = folder
        # Only what decides what a chunk holds.
        keys = ("world_seed", "chunk_scenes", "free_views", "anti_alias", "held_out", "as_product")
        said = {key: dataclasses.asdict(settings)[key] for key in keys}
        self._said = json.dumps({**said, "resolution": resolution, "words": list(words.vocabulary)}, sort_keys=True)

    def views(self, number: int, held_out: bool | None = False) -> Views:
        """A chunk as it is rendered."""
        rng = numpy_stream("chunk", self.settings.world_seed, held_out, number)
        toys = self.world.toys(self.settings.chunk_scenes, rng, held_out)
        if self.settings.as_product:
            cameras = product_cameras(len(toys), rng, self.device)
        else:
            cameras = training_cameras(len(toys), self.settings.free_views, rng, self.device)
        return look(self.world, toys, cameras, self.resolution, self.settings.anti_alias)

    def __call__(self, number: int, held_out: bool | None = False) -> Chunk:
        """From the folder if it is there, else rendered.  held_out: see World."""
        if self.folder is None:
            return pack(self.views(number, held_out), self.words)
        name = {True: "held-out", False: "train", None: "any"}[held_out]
        path = self.folder / f"{name}-{hashlib.sha256(self._said.encode()).hexdigest()[:12]}-{number:05d}.safetensors"
        if path.is_file():
            with safe_open(path, framework="pt", device=str(self.device)) as file:
                return Chunk(*(file.get_tensor(each) for each in Chunk._fields))
        chunk = pack(self.views(number, held_out), self.words)
        self.folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            save_file({name: value.contiguous() for name, value in chunk._asdict().items()}, temporary)
        atomic_write(self.folder / "about.json", self._said)
        return chunk


def pack(views: Views, words: Words) -> Chunk:
    """Views in a byte a value."""
    shape = views.albedo.shape[:2]
    angles = zip(views.cameras.azimuth.tolist(), views.cameras.elevation.tolist(), strict=True)
    direction = [VIEW_NAMES.index(view_name(azimuth, elevation)) for azimuth, elevation in angles]
    device = views.albedo.device
    return Chunk(
        (views.albedo * 255).round().to(torch.uint8),
        (views.mask * 255).round().to(torch.uint8),
        (views.normal * 127).round().to(torch.int8),
        views.cameras.pose.view(*shape, 3, 4),
        views.cameras.fov.view(shape),
        torch.tensor(direction, device=device).view(shape),
        words([toy.caption for toy in views.toys]).to(device),
    )


class Store:
    """The chunks of a step, one tensor a part."""

    def __init__(self, chunks: Chunks, held_out: bool | None = False) -> None:
        self.chunks = chunks
        self._only = held_out
        self._parts: Chunk | None = None
        self._held: dict[int, int] = {}  # slot -> number of its chunk

    def at(self, step: int) -> tuple[Chunk, int]:
        """All slots, and how many toys of them are there, from the first on."""
        settings = self.chunks.settings
        newest = settings.first_chunks - 1 + step // settings.steps_per_chunk
        for number in range(max(0, newest - settings.chunks + 1), newest + 1):
            slot = number % settings.chunks
            if self._held.get(slot) != number:
                self._put(slot, self.chunks(number, self._only))
                self._held[slot] = number
        assert self._parts is not None
        return self._parts, len(self._held) * settings.chunk_scenes

    def _put(self, slot: int, chunk: Chunk) -> None:
        size, total = self.chunks.settings.chunk_scenes, self.chunks.settings.chunks
        if self._parts is None:
            self._parts = Chunk(*(each.new_empty(size * total, *each.shape[1:]) for each in chunk))
        for whole, part in zip(self._parts, chunk, strict=True):
            whole[slot * size : (slot + 1) * size] = part


def cameras_of(pose: Tensor, fov: Tensor) -> Cameras:
    """Cameras of N views, whose angles nobody will ask for.  pose: [N, 3, 4].  fov: [N]."""
    return Cameras(pose, fov, torch.full_like(fov, np.nan), torch.full_like(fov, np.nan))
