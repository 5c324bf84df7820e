"""A world of one thing: a cube whose six sides have six colours, rendered in closed form."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from backend.cameras import Cameras
from toybox.training.views import Toy

HALF = 0.55
# -x, +x, -y (the front), +y, -z, +z
SIDES = torch.tensor(
    [[0.9, 0.9, 0.1], [0.1, 0.2, 0.9], [0.9, 0.1, 0.1], [0.1, 0.7, 0.2], [0.5, 0.5, 0.5], [0.95, 0.95, 0.95]]
)


class CubeWorld:
    """See the module. Cubes of two sizes, one of which is held out."""

    words = ("small", "large", "cube")

    def toys(self, count: int, rng: np.random.Generator, held_out: bool | None) -> list[Toy]:
        sizes = {None: ("small", "large"), True: ("small",), False: ("large",)}[held_out]
        return [Toy(size, f"a {size} cube", "cube") for size in rng.choice(sizes, count)]

    def maps(
        self, toys: list[Toy], cameras: Cameras, resolution: int, anti_alias: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One ray a pixel, met with three pairs of planes."""
        views = len(cameras) // len(toys)
        half = torch.tensor([HALF if toy.scene == "large" else 0.8 * HALF for toy in toys]).repeat_interleave(views)
        half = half.repeat_interleave(resolution**2)[:, None]
        rays = cameras.all_rays(resolution)
        direction = torch.where(rays.directions.abs() < 1e-6, 1e-6, rays.directions)
        near = ((-half * direction.sign() - rays.origins) / direction).max(dim=-1)
        far = ((half * direction.sign() - rays.origins) / direction).min(dim=-1).values
        hit = far > near.values
        axis = near.indices
        sign = -direction.gather(1, axis[:, None]).sign()[:, 0]
        side = 2 * axis + (sign > 0)
        normal = torch.nn.functional.one_hot(axis, 3) * sign[:, None] * hit[:, None]
        albedo = SIDES[side] * hit[:, None]

        def picture(values: Tensor) -> Tensor:
            return values.float().view(len(cameras), resolution, resolution, -1).permute(0, 3, 1, 2)

        return picture(albedo), picture(hit[:, None]), picture(normal)
