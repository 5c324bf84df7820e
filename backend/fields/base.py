"""What every 3D representation offers to rendering, optimisation and meshing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from torch import Tensor

__all__ = ["Field", "FieldGrid", "FieldSample"]


class FieldSample(NamedTuple):
    """surface: [P], grows inwards, 0 on the nominal surface.  density: [P] in 1/m.  albedo: [P, 3] sRGB in 0 … 1."""

    surface: Tensor
    density: Tensor
    albedo: Tensor


class FieldGrid(NamedTuple):
    """A field sampled on N³ points of the cube [-1, 1]³, both ends included; indexed [x, y, z].

    surface: [N, N, N].  albedo: [N, N, N, 3] in 0 … 1.
    """

    surface: Tensor
    albedo: Tensor


class Field(Protocol):
    """A density and an albedo at every point of the unit ball."""

    density_scale: float  # density deep inside, 1/m
    beta: float  # softness of the surface, m

    def __call__(self, points: Tensor) -> FieldSample:
        """points: [P, 3] in m."""
        ...

    def surface(self, points: Tensor) -> Tensor:
        """Only the surface function: [P]."""
        ...

    def normal(self, points: Tensor) -> Tensor:
        """Outward unit normals [P, 3], differentiable in the field's parameters."""
        ...

    def anneal(self, progress: float) -> None:
        """Become as crisp as it is to be at this progress of the run, 0 … 1."""
        ...

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Parameters with their learning rates, as torch.optim takes them.

        A group may name its method under "optimizer", "adam" or "shampoo"; grids and hash tables ask for "adam".
        Without the key it is the preset's choice (`optimize.optimizer`).
        """
        ...

    def to_grid(self, resolution: int) -> FieldGrid:
        """The field on a regular grid, for previews and meshing."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """The parameters by name."""
        ...

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> object:
        """Take back what state_dict gave."""
        ...
