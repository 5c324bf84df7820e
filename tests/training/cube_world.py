"""A world of one thing: a cube whose six sides have six colours, rendered in closed form."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.toybox_variant import ray_maps
from toybox.training.views import Toy

HALF = 0.55
# -x, +x, -y (the front), +y, -z, +z
SIDES = torch.tensor(
    [[0.9, 0.9, 0.1], [0.1, 0.2, 0.9], [0.9, 0.1, 0.1], [0.1, 0.7, 0.2], [0.5, 0.5, 0.5], [0.95, 0.95, 0.95]]
)


class CubeWorld:
    """See the module. Large cubes; the small ones are held out."""

    words: tuple[str, ...] = ("small", "large", "cube", "white")
    colours: tuple[str, ...] = ("white",)

    def toys(self, count: int, rng: np.random.Generator, held_out: bool | None) -> list[Toy]:
        size = "small" if held_out else "large"
        return [Toy(size, f"a {size} cube", "cube")] * count

    def one_of_each(self, rng: np.random.Generator) -> list[Toy]:
        return [Toy(size, f"a {size} cube", f"{size} cube") for size in ("small", "large")]

    def maps(
        self, toys: list[Toy], cameras: Cameras, resolution: int, anti_alias: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One ray a pixel."""
        half = torch.tensor([HALF if toy.scene == "large" else 0.8 * HALF for toy in toys])
        return cube_maps(ray_maps(cameras, resolution), half.repeat_interleave(len(cameras) // len(toys)))


def cube_maps(rays: Tensor, half: Tensor | float = HALF) -> tuple[Tensor, Tensor, Tensor]:
    """Albedo, mask and normal of cubes [N] along rays [N, 6, R, R] in Plücker coordinates."""
    direction, moment = rays.split(3, dim=1)
    nearest = torch.linalg.cross(direction, moment, dim=1)  # the ray's point that is nearest to the origin
    direction = torch.where(direction.abs() < 1e-6, 1e-6, direction)
    half = torch.as_tensor(half).view(-1, 1, 1, 1)
    near = ((-half * direction.sign() - nearest) / direction).max(dim=1)
    far = ((half * direction.sign() - nearest) / direction).amin(dim=1)
    hit = (far > near.values)[:, None]
    axis = near.indices
    sign = -direction.gather(1, axis[:, None]).sign()[:, 0]
    side = 2 * axis + (sign > 0)
    normal = torch.nn.functional.one_hot(axis, 3) * sign[..., None]
    albedo = SIDES[side].permute(0, 3, 1, 2)
    return albedo * hit, hit.float(), normal.permute(0, 3, 1, 2) * hit
