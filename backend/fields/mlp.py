"""DreamFusion's field: a multilayer perceptron over integrated positional encodings, and a blob of density to start.

Lengths are the paper's own numbers: one of its units is one metre here. Its scene ends at a sphere of radius 1.4 and
ours at the unit ball, which holds what its cameras, 1 to 1.5 away, frame of a single object.

The MLP gives the logarithm of the paper's density τ. Rendered is τ / (1 + τ/S): τ itself wherever one can see through,
and never more than S, at which a millimetre hides as much as it should. With d = β·log(τ/S) this is
S·sigmoid(d / β), the form in which every field tells meshing its density, and it holds for any β.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from backend.fields.encoding import integrated_encoding
from backend.fields.network import NetworkField
from backend.fields.normals import analytic_normal, difference_normal
from backend.memory.parts import in_parts
from backend.networks import linear
from backend.schedules import ramp

__all__ = ["BlobPlace", "MLPField", "MLPFieldSettings", "NormalKind", "ResidualBlock"]

BlobPlace = Literal["after_activation", "before_activation"]
NormalKind = Literal["analytic", "differences"]


@dataclass(frozen=True)
class MLPFieldSettings:
    blocks: int = 5  # residual blocks of the MLP; DreamFusion §3.1
    width: int = 128  # units of each layer; DreamFusion §3.1
    frequencies: int = 8  # octaves of the encoding, from 1 rad/m; DreamFusion §3.1 and MultiNeRF
    variance_start: float = 5e-2  # m², variance of the encoding's Gaussian at first: coarse; DreamFusion §3.1
    variance_end: float = 2e-3  # m², variance of the encoding's Gaussian from variance_until on
    variance_until: float = 1 / 3  # progress at which the variance is at its end: 5,000 of the paper's 15,000 steps
    blob_density: float = 5.0  # 1/m, density at the blob's middle, added to the MLP's
    blob_radius: float = 0.2  # m, standard deviation of the blob
    # Place where the blob is added: the paper adds it to the density itself, threestudio and stable-dreamfusion to its
    # logarithm, where 5 is a factor of 148.
    blob: BlobPlace = "after_activation"
    # Added to the MLP's output: as in MultiNeRF (before softplus there), so that space starts as haze and not as fog.
    density_bias: float = -1.0
    # 1/m, the highest density S: optical depth 1 in a millimetre; only has to be far above any useful τ.
    density_scale: float = 1000.0
    beta: float = 0.01  # m by which d grows as τ grows e-fold: a skin as steep as the crisp fields' then has slope 1
    # The analytic ones are the paper's; differences need no second derivative, but four times the queries.
    normals: NormalKind = "analytic"
    normal_step: float = 0.01  # m, step of the differences that give normals
    learning_rate: float = 1e-3  # learning rate for Adam; the paper trains with Shampoo at 1e-4
    # Points read at a time: about 1.3 GB of what a gradient needs; further points are computed twice instead.
    points_at_once: int = 131_072


class MLPField(NetworkField):
    """See the module."""

    def __init__(self, settings: MLPFieldSettings, generator: torch.Generator) -> None:
        super().__init__()
        self.settings = settings
        self.density_scale = settings.density_scale
        self.beta = settings.beta
        self.points_at_once = settings.points_at_once
        self.variance = settings.variance_start
        self.input = linear(6 * settings.frequencies, settings.width, generator)
        self.blocks = nn.ModuleList(ResidualBlock(settings.width, generator) for _ in range(settings.blocks))
        self.last_norm = nn.LayerNorm(settings.width)
        self.output = linear(settings.width, 4, generator)

    def normal(self, points: Tensor) -> Tensor:
        """Outward unit normals [P, 3], -∇τ / |∇τ|: of τ's logarithm, which falls in the same direction."""
        if self.settings.normals == "differences":
            return difference_normal(self._steepness, points, self.settings.normal_step)
        # In parts of their own, since parts can be differentiated but once.
        self.most_points = max(self.most_points, len(points))
        return in_parts(self._analytic_normal, points, self.points_at_once, tuple(self.parameters()))

    def anneal(self, progress: float) -> None:
        """Blurred first, so that the shape is found before its details.  DreamFusion §3.1."""
        settings = self.settings
        self.variance = ramp(settings.variance_start, settings.variance_end, progress, settings.variance_until)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """See Field."""
        return [{"params": list(self.parameters()), "lr": self.settings.learning_rate}]

    def _network(self, points: Tensor) -> Tensor:
        """[P, 4]: the logarithm of the density before the blob, and albedo logits."""
        hidden = self.input(integrated_encoding(points, self.variance, self.settings.frequencies))
        for block in self.blocks:
            hidden = block(hidden)
        return self.output(F.silu(self.last_norm(hidden)))

    def _steepness(self, points: Tensor) -> Tensor:
        """log(τ/S) at points [P, 3]: [P]."""
        return self.surface(points) / self.beta

    def _analytic_normal(self, points: Tensor) -> Tensor:
        return analytic_normal(self._steepness, points)

    def _surface(self, said: Tensor, points: Tensor) -> Tensor:
        """d = β·log(τ/S)."""
        return self.beta * (self._with_blob(said, points) - math.log(self.density_scale))

    def _displacement(self, said: Tensor) -> Tensor:
        """What is said is still a logarithm of density, of which β metres of d make an e-fold."""
        return self.beta * said

    def _with_blob(self, logit: Tensor, points: Tensor) -> Tensor:
        """log τ [P]: the paper's blob, λ exp(-|μ|² / 2σ²), after or before the exponential."""
        settings = self.settings
        logit = logit + settings.density_bias
        exponent = -points.square().sum(dim=-1) / (2 * settings.blob_radius**2)
        if settings.blob == "before_activation":
            return logit + settings.blob_density * torch.exp(exponent)
        highest = math.log(settings.blob_density) if settings.blob_density else -math.inf  # 0: no blob
        return torch.logaddexp(logit, exponent + highest)


class ResidualBlock(nn.Module):
    """x + W₂ silu(W₁ norm(x)).

    DreamFusion §3.1 says residual blocks with Swish and layer normalisation between them, and no more; two layers a
    block and the order within are those of pre-activation residual networks (He et al. 2016).
    """

    def __init__(self, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.first = linear(width, width, generator)
        self.second = linear(width, width, generator)

    def forward(self, hidden: Tensor) -> Tensor:
        """hidden: [P, W].  Returns [P, W]."""
        return hidden + self.second(F.silu(self.first(self.norm(hidden))))
