"""The field as it was written to a job's folder: a smooth scalar and an albedo on a regular grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.special import expit

Floats = NDArray[np.float32]

GRID_VERSION = 1


@dataclass(frozen=True)
class FieldGrid:
    """A field sampled on the cube [-1, 1]^3, both ends included, indexed [x, y, z]; Z up, front facing -Y.

    surface: [N, N, N], grows inwards, 0 is the nominal surface.  albedo: [N, N, N, 3] uint8, sRGB.
    The density is density_scale * sigmoid(surface / beta), in 1/m.
    """

    surface: Floats
    albedo: NDArray[np.uint8]
    density_scale: float
    beta: float

    @classmethod
    def load(cls, path: Path) -> FieldGrid:
        """Read `field.npz`. Raises ValueError when the file is not such a field, OSError when it cannot be read."""
        with np.load(path, allow_pickle=False) as stored:
            missing = {"surface", "albedo", "density_scale", "beta", "version"} - set(stored.files)
            if missing:
                raise ValueError(f"{path} lacks {', '.join(sorted(missing))}")
            if int(stored["version"]) > GRID_VERSION:
                raise ValueError(f"{path} has version {int(stored['version'])}, newer than {GRID_VERSION}")
            grid = cls(
                surface=np.asarray(stored["surface"], np.float32),
                albedo=np.asarray(stored["albedo"], np.uint8),
                density_scale=float(stored["density_scale"]),
                beta=float(stored["beta"]),
            )
        side = grid.surface.shape[0]
        if grid.surface.shape != (side, side, side) or grid.albedo.shape != (side, side, side, 3):
            raise ValueError(f"{path} holds grids of {grid.surface.shape} and {grid.albedo.shape}")
        if side < 8 or grid.beta <= 0 or grid.density_scale <= 0 or not np.isfinite(grid.surface).all():
            raise ValueError(f"{path} holds no usable field: {side} a side, beta {grid.beta}, or values not finite")
        return grid

    @property
    def side(self) -> int:
        """Points along each axis."""
        return self.surface.shape[0]

    @property
    def voxel(self) -> float:
        """Distance between neighbouring points in metres (before the asset's size is applied)."""
        return 2.0 / (self.side - 1)

    def density(self, surface: Floats) -> Floats:
        """Density in 1/m for values of `surface`, any shape."""
        return np.asarray(self.density_scale * expit(surface / self.beta), np.float32)

    def sample(self, values: NDArray[Any], points: Floats) -> Floats:
        """Trilinear samples of a grid [N, N, N] at points [..., 3] in [-1, 1]^3, clamped to the cube: [...]."""
        index = (np.moveaxis(points, -1, 0) + 1.0) * (0.5 * (self.side - 1))
        return np.asarray(map_coordinates(values, index, output=np.float32, order=1, mode="nearest"), np.float32)

    def inside_unit_sphere(self) -> FieldGrid:
        """The same field cut by the unit sphere; outside it nothing was ever rendered, so values there mean nothing."""
        axis = np.linspace(-1.0, 1.0, self.side, dtype=np.float32)
        squares = axis**2
        radius = np.sqrt(squares[:, None, None] + squares[None, :, None] + squares[None, None, :])
        return replace(self, surface=np.minimum(self.surface, 1.0 - radius))
