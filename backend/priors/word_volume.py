"""Words as volumes: what a prompt's words look like in space, read along the rays of any camera.

A network of convolutions that is told a prompt as a few numbers a channel learns slowly where in a picture an object's
parts belong, and from each side anew. Here the words become a grid of features in the object's own space, once for all
cameras, and each pixel is given what lies along its ray: what is learnt from one side holds for all, and cameras cannot
be overheard. The idea of learnt features in space that are projected into the picture is HoloGAN's (1904.01326).

The words are read by convolutions along the prompt, so that a colour belongs to the object whose word it stands beside.
The grid says where which of a few materials is, and a palette what each is painted with: a red chair is a product of
two things that were learnt apart, which a sum of grids would have to know as one.
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["FIRST_WORD", "WordVolume"]

COLOUR: Final = 3  # numbers that a material is painted with
FIRST_WORD: Final = 4  # of a toybox's vocabulary, behind padding, start, end and the unknown word
NEIGHBOURS: Final = 5  # words that a convolution sees


class WordVolume(nn.Module):
    """A prompt's words to their meaning, that to a grid of features over -1 … 1 m, and rays to what they pass.

    Padding, start, end and unknown words say nothing.
    """

    def __init__(
        self, words: int, hidden: int = 256, rank: int = 96, materials: int = 5, side: int = 16, depths: int = 12
    ) -> None:
        """words: of the vocabulary.  rank: how many grids all others are mixed from.  side: of the grid, in cells.

        depths: at which each ray reads it.
        """
        super().__init__()
        self.words, self.hidden, self.rank = words, hidden, rank
        self.materials, self.side, self.depths = materials, side, depths
        width = hidden // 2
        self.embedding = nn.Embedding(words, width)
        self.neighbours_1 = nn.Conv1d(width, hidden, NEIGHBOURS, padding=NEIGHBOURS // 2)
        self.neighbours_2 = nn.Conv1d(hidden, hidden, NEIGHBOURS, padding=NEIGHBOURS // 2)
        self.mix = nn.Linear(hidden, rank, bias=False)
        self.palette = nn.Linear(hidden, materials * COLOUR)
        self.grid = nn.Linear(rank, (1 + materials) * side**3)
        nn.init.normal_(self.grid.weight, std=0.02)

    @property
    def channels(self) -> int:
        """Channels of what it reads along a ray."""
        return (1 + COLOUR) * self.depths

    @property
    def sizes(self) -> dict[str, int]:
        """What it takes to make another."""
        names = ("words", "hidden", "rank", "materials", "side", "depths")
        return {name: getattr(self, name) for name in names}

    def meaning(self, tokens: Tensor) -> Tensor:
        """What the words say together, for each of G prompts: [G, hidden].  tokens: [G, L]."""
        spoken = (tokens >= FIRST_WORD)[:, None].float()
        heard = self.embedding(tokens).transpose(1, 2) * spoken
        heard = F.silu(self.neighbours_1(heard)) * spoken
        heard = F.silu(self.neighbours_2(heard)) * spoken
        return heard.sum(dim=2)

    def forward(self, meaning: Tensor, rays: Tensor) -> Tensor:
        """meaning: [G, hidden].  rays: [G V, 6, R, R] in Plücker coordinates, V views of each prompt.

        Returns [G V, channels, R, R].
        """
        groups, size = len(meaning), rays.shape[-1]
        cells = self.grid(self.mix(meaning)).view(groups, 1 + self.materials, -1)
        palette = self.palette(meaning).view(groups, COLOUR, self.materials)
        painted = torch.cat([cells[:, :1], palette @ cells[:, 1:]], dim=1)
        grid = painted.view(groups, 1 + COLOUR, self.side, self.side, self.side)
        places = self._along(rays).permute(0, 1, 3, 4, 2).reshape(groups, -1, size, size, 3)
        read = F.grid_sample(grid, places, mode="bilinear", padding_mode="zeros", align_corners=False)
        by_view = read.view(groups, 1 + COLOUR, -1, self.depths, size, size).transpose(1, 2)
        return by_view.reshape(len(rays), self.channels, size, size)

    def _along(self, rays: Tensor) -> Tensor:
        """Points [N, depths, 3, R, R] around where each ray comes nearest to the origin."""
        directions, moments = rays.split(3, dim=1)
        nearest = torch.linalg.cross(directions, moments, dim=1)
        depths = torch.linspace(-0.9, 0.9, self.depths, device=rays.device)
        return nearest[:, None] + depths[:, None, None, None] * directions[:, None]
