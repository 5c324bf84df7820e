"""The toybox's world as training wants it: toys with captions, and their maps."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import torch
from torch import Tensor

from backend.cameras import Cameras
from toybox.cameras import Cameras as WorldCameras
from toybox.cameras import Lighting
from toybox.captions import caption
from toybox.compose import compose, random_description
from toybox.description import Description
from toybox.render import render
from toybox.training.views import Toy
from toybox.vocabulary import OPENINGS, words

__all__ = ["ToyWorld", "kept_out"]

OPENED: Final = 0.4  # of the captions begin like "a photo of"
LONGEST_OPENED: Final = 20  # words: captions longer than that stay as they are, so that a direction fits behind them


class ToyWorld:
    """See World."""

    def __init__(self, device: torch.device, held_out: int = 12) -> None:
        """held_out: one in so many pairs of object and colour is."""
        self.words = words()
        self._device = device
        self._held_out = held_out

    def toys(self, count: int, rng: np.random.Generator, held_out: bool | None) -> list[Toy]:
        """See World. A scene is held out if one of its objects has a colour that is kept from it."""
        found: list[Toy] = []
        while len(found) < count:
            description = random_description(rng)
            if held_out is not None and kept_out(description, self._held_out) != held_out:
                continue
            said = caption(description, rng)
            if rng.random() < OPENED and len(said.split()) <= LONGEST_OPENED:
                said = f"{OPENINGS[int(rng.integers(len(OPENINGS)))]} {said}"
            subject = " + ".join(item.name for item in description.items())
            found.append(Toy(compose(description, rng), said, subject))
        return found

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


def kept_out(description: Description, one_in: int) -> bool:
    """Whether a pair of object and colour in it is never trained on. Decided by a hash, so that it stays so."""
    pairs = ((item.name, colour) for item in description.items() for colour in item.colours)
    return any(int(hashlib.sha256(f"{name}|{colour}".encode()).hexdigest(), 16) % one_in == 0 for name, colour in pairs)
