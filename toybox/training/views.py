"""Views of toys as maps, before light and background; from which cameras; and what is asked of a world."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor

from backend.cameras import Cameras, framing_distance, orbit
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from toybox.training.blocks import RING

__all__ = ["Toy", "Views", "World", "look", "training_cameras"]

# The field of view, and the distance that leaves an object of radius 0.82 to 0.98 some room, as of the first toybox.
FOV = (0.55, 1.0)  # rad
MARGIN = (0.97, 1.25)  # radius of the sphere that fills the view
RING_ELEVATION = (-0.2, 0.9)  # rad, one for the ring; the product looks from -0.15 … 0.65
PRODUCT = DenoiseFitSettings()
PRODUCT_ELEVATION = (PRODUCT.low_elevation, PRODUCT.high_elevation)  # rad
FIRST_ELEVATION = (PRODUCT.first_elevation - 0.1, PRODUCT.first_elevation + 0.1)  # rad
FREE_ELEVATION = (-0.2, 1.45)  # rad, evenly over the sphere's area


class Toy(NamedTuple):
    """One scene of a world."""

    scene: Any  # what the world renders
    caption: str
    subject: str  # what it is, without its colours


class Views(NamedTuple):
    """S toys, each in V views, of which the first four are a ring.

    albedo: [S, V, 3, R, R] in 0 … 1, black outside the mask.  mask: [S, V, 1, R, R] in 0 … 1.
    normal: [S, V, 3, R, R] in world space, 0 outside, shorter than 1 on edges.  cameras: of the S V views, toy by toy.
    """

    albedo: Tensor
    mask: Tensor
    normal: Tensor
    cameras: Cameras
    toys: list[Toy]


class World(Protocol):
    """A source of toys."""

    words: tuple[str, ...]  # all that captions are made of
    colours: tuple[str, ...]  # those of them that name a colour

    def toys(self, count: int, rng: np.random.Generator, held_out: bool | None) -> list[Toy]:
        """held_out: true for toys in combinations kept from the prior's training, false for others, None for any."""
        ...

    def one_of_each(self, rng: np.random.Generator) -> list[Toy]:
        """One toy of each subject, alone and plainly worded."""
        ...

    def maps(
        self, toys: list[Toy], cameras: Cameras, resolution: int, anti_alias: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Albedo [N, 3, R, R], mask [N, 1, R, R] and normal [N, 3, R, R] of N cameras, the same number for each toy."""
        ...


def product_cameras(toys: int, rng: np.random.Generator, device: torch.device) -> Cameras:
    """Rings at the distance and with the field of view of the product's own (`DenoiseFitSettings`): [toys · 4].

    Half of them stand where its first rings do, at multiples of 45°, the others anywhere.
    """
    anywhere = rng.random(toys) < 0.5
    eighths = rng.integers(2, size=toys) * (math.pi / RING)
    azimuth = np.where(anywhere, rng.uniform(0, 2 * math.pi, toys), eighths)
    elevation = np.where(anywhere, rng.uniform(*PRODUCT_ELEVATION, toys), rng.uniform(*FIRST_ELEVATION, toys))
    turns = np.arange(RING) * (2 * math.pi / RING)
    each = torch.from_numpy((azimuth[:, None] + turns).astype(np.float32)).flatten()
    fov = torch.full_like(each, PRODUCT.fov)
    elevations = torch.from_numpy(elevation.astype(np.float32)).repeat_interleave(RING)
    distance = framing_distance(fov, PRODUCT.margin)
    return orbit(*(given.to(device) for given in (each, elevations, distance, fov)))


def training_cameras(toys: int, free: int, rng: np.random.Generator, device: torch.device) -> Cameras:
    """For each toy a ring of four, and others from anywhere: [toys (4 + free)]."""

    def uniform(between: tuple[float, float], count: int) -> Tensor:
        return torch.from_numpy(rng.uniform(*between, (toys, count)).astype(np.float32))

    turns = torch.arange(RING) * (2 * math.pi / RING)
    low, high = (math.sin(each) for each in FREE_ELEVATION)
    azimuth = torch.cat([uniform((0, 2 * math.pi), 1) + turns, uniform((0, 2 * math.pi), free)], dim=1)
    elevation = torch.cat([uniform(RING_ELEVATION, 1).expand(-1, RING), torch.asin(uniform((low, high), free))], dim=1)
    fov = torch.cat([uniform(FOV, 1).expand(-1, RING), uniform(FOV, free)], dim=1)
    margin = torch.cat([uniform(MARGIN, 1).expand(-1, RING), uniform(MARGIN, free)], dim=1)
    distance = margin / torch.sin(fov / 2)
    return orbit(*(each.flatten().to(device) for each in (azimuth, elevation, distance, fov)))


def look(world: World, toys: list[Toy], cameras: Cameras, resolution: int, anti_alias: int) -> Views:
    """The toys from these cameras, the same number for each."""
    maps = world.maps(toys, cameras, resolution, anti_alias)
    albedo, mask, normal = (each.unflatten(0, (len(toys), -1)) for each in maps)
    return Views(albedo, mask, normal, cameras, toys)
