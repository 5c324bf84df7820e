"""Denoisers that need no training: one knows the cube and reads its cameras, one does not listen."""

from __future__ import annotations

from dataclasses import replace

import torch
from cube_world import CubeWorld, cube_maps
from torch import Tensor

from toybox.training.model import Model
from toybox.training.noise import Noise
from toybox.training.settings import NoiseSettings, configuration
from toybox.training.words import Words

CPU = torch.device("cpu")
GREY = 0.6  # the background of rings_of


def oracle(listens: bool) -> Model:
    """Answers with the large cube as the told rays see it; or with what it is shown, whatever it is told."""
    # Without rays there is no cube to answer with: guidance must not compare with that.
    network = replace(configuration("smoke").network, camera_guidance=False)
    noise = Noise(NoiseSettings(), CPU)
    words = Words(CubeWorld.words, network.tokens)

    def answer(seen: Tensor, timesteps: Tensor, text: Tensor, matrices: Tensor, singles: int) -> Tensor:
        noisy, rays = seen[:, :3], seen[:, 3:]
        if not listens:
            return noise.target(noisy, noisy.clamp(-1, 1), timesteps)
        albedo, mask, _ = cube_maps(rays)
        return noise.target(noisy, (albedo + (1 - mask) * GREY) * 2 - 1, timesteps)

    class NoText:
        def __call__(self, input_ids: Tensor) -> NoText:
            self.last_hidden_state = torch.zeros(len(input_ids), 1, 1)
            return self

    return Model(answer, NoText(), noise, network, words)
