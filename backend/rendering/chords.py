"""What rays see of the unit ball: their chords, and places along them."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from backend.rendering.rays import render_weights

__all__ = ["Chords"]


class Chords(NamedTuple):
    """Where R rays cross the unit ball.  origins, directions: [R, 3].  near, length: [R] in m."""

    origins: Tensor
    directions: Tensor
    near: Tensor
    length: Tensor

    def middles(self, edges: Tensor) -> tuple[Tensor, Tensor]:
        """Distances [R, S] in m and points [R, S, 3] of the middles of intervals with edges [R, S + 1], 0 … 1."""
        places = (edges[:, 1:] + edges[:, :-1]) / 2
        distance = self.near[:, None] + places * self.length[:, None]
        return distance, self.origins[:, None] + distance[..., None] * self.directions[:, None]

    def weights(self, density: Tensor, edges: Tensor) -> Tensor:
        """What intervals of these densities [R, S] add to the rays' opacities: [R, S]."""
        return render_weights(density, edges.diff(dim=-1) * self.length[:, None])

    def pick(self, index: Tensor) -> Chords:
        """Some of them."""
        return Chords(*(part[index] for part in self))
