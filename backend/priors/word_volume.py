"""Words as volumes: what a prompt's words look like in space, read along the rays of any camera.

A network of convolutions that is told a prompt as a few numbers a channel learns slowly where in a picture an object's
parts belong, and from each side anew. Here the words become a grid of features in the object's own space, once for all
cameras, and each pixel is given what lies along its ray: what is learnt from one side holds for all, and cameras cannot
be overheard. The idea of learnt features in space that are projected into the picture is HoloGAN's (1904.01326).
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["FIRST_WORD", "WordVolume", "word_numbers"]

FIRST_WORD: Final = 4  # of a toybox's vocabulary, behind padding, start, end and the unknown word
PLACES: Final = 8.0  # of a text's, that count as 1


class WordVolume(nn.Module):
    """A prompt's words to a grid of features over -1 … 1 m, and rays to the features along them."""

    def __init__(
        self, words: int, hidden: int = 256, rank: int = 128, features: int = 4, side: int = 16, depths: int = 12
    ) -> None:
        """words: of the vocabulary.  rank: how many grids all others are mixed from.  side: of the grid, in cells.

        depths: at which each ray reads it.
        """
        super().__init__()
        self.words, self.hidden, self.rank = words, hidden, rank
        self.features, self.side, self.depths = features, side, depths
        self.linear_1 = nn.Linear(2 * words, hidden)
        self.linear_2 = nn.Linear(hidden, hidden)
        self.mix = nn.Linear(hidden, rank, bias=False)
        self.grid = nn.Linear(rank, features * side**3)
        nn.init.normal_(self.linear_1.weight, std=0.15)  # it is given a handful of ones among many zeros
        nn.init.normal_(self.grid.weight, std=0.02)

    @property
    def channels(self) -> int:
        """Of what it reads along a ray."""
        return self.features * self.depths

    @property
    def sizes(self) -> dict[str, int]:
        """What it takes to make another."""
        names = ("words", "hidden", "rank", "features", "side", "depths")
        return {name: getattr(self, name) for name in names}

    def forward(self, said: Tensor, rays: Tensor) -> Tensor:
        """said: [G, 2 W] of word_numbers.  rays: [G V, 6, R, R] in Plücker coordinates, V views of each prompt.

        Returns [G V, channels, R, R].
        """
        groups, size = len(said), rays.shape[-1]
        hidden = F.silu(self.linear_2(F.silu(self.linear_1(said))))
        grid = self.grid(self.mix(hidden)).view(groups, self.features, self.side, self.side, self.side)
        places = self._along(rays).permute(0, 1, 3, 4, 2).reshape(groups, -1, size, size, 3)
        read = F.grid_sample(grid, places, mode="bilinear", padding_mode="zeros", align_corners=False)
        by_view = read.view(groups, self.features, -1, self.depths, size, size).transpose(1, 2)
        return by_view.reshape(len(rays), self.channels, size, size)

    def _along(self, rays: Tensor) -> Tensor:
        """Points [N, depths, 3, R, R] around where each ray comes nearest to the origin."""
        directions, moments = rays.split(3, dim=1)
        nearest = torch.linalg.cross(directions, moments, dim=1)
        depths = torch.linspace(-0.9, 0.9, self.depths, device=rays.device)
        return nearest[:, None] + depths[:, None, None, None] * directions[:, None]


def word_numbers(tokens: Tensor, words: int) -> Tensor:
    """For each word how often it is said, and at which places, their sum: [N, 2 W].

    By the places "a red ball on a blue cube" differs from "a blue ball on a red cube". Padding, start, end and unknown
    words are none.

    tokens: [N, L].  words: W, of the vocabulary.
    """
    said = F.one_hot(tokens, words) * (tokens >= FIRST_WORD)[..., None]
    place = torch.arange(tokens.shape[1], device=tokens.device) / PLACES
    return torch.cat([said.sum(dim=1).float(), (said * place[:, None]).sum(dim=1)], dim=1)
