"""The toybox's world as training wants it: toys with captions, and their maps."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat
from typing import Final

import numpy as np
import torch
from torch import Tensor

from backend.cameras import Cameras
from toybox.cameras import Cameras as WorldCameras
from toybox.cameras import Lighting
from toybox.captions import caption
from toybox.colours import COLOURS, SYNONYMS
from toybox.compose import compose, random_description, random_item
from toybox.description import Description
from toybox.objects import THINGS
from toybox.render import render
from toybox.training.views import Toy
from toybox.vocabulary import OPENINGS, words

__all__ = ["ToyWorld", "kept_out", "workers_for"]

OPENED: Final = 0.4  # of the captions begin like "a photo of"
PIECE: Final = 32  # toys that one process composes at a time
LONGEST_OPENED: Final = 20  # words: captions longer than that stay as they are, so that a direction fits behind them


class ToyWorld:
    """See World. What it draws does not depend on how many processes draw it."""

    def __init__(self, held_out: int = 12, workers: int = 0) -> None:
        """held_out: one in so many pairs of object and colour is.  workers: processes that compose scenes, 0: none."""
        self.words = words()
        self.colours = (*COLOURS, *SYNONYMS)
        self._held_out = held_out
        # Spawned: a fork of a process that holds a GPU is not to be used.
        self._pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) if workers else None

    def toys(self, count: int, rng: np.random.Generator, held_out: bool | None) -> list[Toy]:
        """See World. A scene is held out if one of its objects has a colour that is kept from it."""
        sizes = [min(PIECE, count - start) for start in range(0, count, PIECE)]
        seeds = rng.integers(2**63, size=len(sizes)).tolist()
        some = map if self._pool is None else self._pool.map
        parts = some(_compose_some, seeds, sizes, repeat(held_out), repeat(self._held_out))
        return list(chain.from_iterable(parts))

    def one_of_each(self, rng: np.random.Generator) -> list[Toy]:
        """See World."""
        described = [Description(random_item(rng, name, plain=True)) for name in THINGS]
        return [Toy(compose(each, rng), caption(each), each.first.name) for each in described]

    def maps(
        self, toys: list[Toy], cameras: Cameras, resolution: int, anti_alias: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """See World: rendered without shade over black."""
        ones = torch.ones_like(cameras.fov)
        flat = Lighting(torch.zeros_like(cameras.pose[:, :, 3]), ones, 0 * ones)
        scenes = [toy.scene for toy in toys]
        seen = render(scenes, WorldCameras(cameras.pose, cameras.fov), resolution, flat, 0.0, anti_alias)
        mask = seen.mask[:, None]
        return seen.color.permute(0, 3, 1, 2), mask, seen.normal.permute(0, 3, 1, 2) * mask


def _compose_some(seed: int, count: int, held_out: bool | None, one_in: int) -> list[Toy]:
    rng = np.random.default_rng(seed)
    found: list[Toy] = []
    while len(found) < count:
        description = random_description(rng)
        if held_out is not None and kept_out(description, one_in) != held_out:
            continue
        said = caption(description, rng)
        if rng.random() < OPENED and len(said.split()) <= LONGEST_OPENED:
            said = f"{OPENINGS[int(rng.integers(len(OPENINGS)))]} {said}"
        subject = " + ".join(item.name for item in description.items())
        found.append(Toy(compose(description, rng), said, subject))
    return found


def kept_out(description: Description, one_in: int) -> bool:
    """Whether a pair of object and colour in it is never trained on. Decided by a hash, so that it stays so."""
    pairs = ((item.name, colour) for item in description.items() for colour in item.colours)
    return any(int(hashlib.sha256(f"{name}|{colour}".encode()).hexdigest(), 16) % one_in == 0 for name, colour in pairs)


def workers_for(device: torch.device) -> int:
    """A GPU must not wait for one process to compose its scenes; a CPU has nobody else to do it."""
    return max(1, (os.cpu_count() or 2) // 2) if device.type == "cuda" else 0
