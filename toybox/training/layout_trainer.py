"""Training of the network that draws layouts for a toybox, whose text encoder it reads and leaves alone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from backend.priors.precision import cpu_has_bfloat16
from backend.priors.toybox_variant import FOLDER, ray_maps
from backend.priors.wavelets import DETAIL_GAIN, WAVELETS, guessed_velocity, to_wavelets
from backend.priors.word_volume import WordVolume
from toybox.training.blocks import RING
from toybox.training.checkpoint import load_checkpoint, optimiser_tensors, restore_optimiser, save_checkpoint
from toybox.training.descending import descend, standing_in
from toybox.training.exported import load_layouts, load_text_encoder
from toybox.training.layout_batch import LayoutBatch, draw_layouts, each_view
from toybox.training.network import UNet, side_of
from toybox.training.noise import Noise
from toybox.training.seeds import torch_stream
from toybox.training.settings import (
    BatchSettings,
    ConflictSettings,
    DataSettings,
    NetworkSettings,
    NoiseSettings,
    OptimiserSettings,
    Settings,
)
from toybox.training.store import Chunk, Chunks, Store, cameras_of
from toybox.training.trainer import learning_rate
from toybox.training.views import World
from toybox.training.words import EMPTY, Words

__all__ = ["LAYOUTS", "LAYOUTS_SMOKE", "LayoutTrainer"]

# Layouts for the first toybox (layouts.py): what 19,000 scenes and two or three hours of two cores are enough for.
LAYOUTS: Final = Settings(
    network=NetworkSettings(
        resolution=64,
        widths=(48, 96, 192),
        attention_from=2,
        layers=1,
        film=True,
        cameras="both",
        layout_words=135,
        volume_channels=48,
    ),
    noise=NoiseSettings(shift=4.0),
    conflict=ConflictSettings(share=0.0),
    data=DataSettings(
        chunk_scenes=512,
        chunks=37,
        first_chunks=37,
        steps_per_chunk=10**9,
        free_views=0,
        anti_alias=1,  # a ray a pixel, as the field is fitted; and two a side would take four times as long
        as_product=True,
    ),
    batch=BatchSettings(singles=0, groups=16),
    optimiser=OptimiserSettings(steps=4900, rate=8e-4, warmup=100, cooldown=2000, average=0.9985, labels_rate=3.0),
)
LAYOUTS_SMOKE: Final = LAYOUTS.changed(
    [
        *("network.resolution=32", "network.widths=[16, 32]", "network.attention_from=1", "network.groups=4"),
        *("data.chunk_scenes=16", "data.chunks=1", "data.first_chunks=1", "batch.groups=4"),
        *("optimiser.steps=40", "optimiser.warmup=5", "optimiser.cooldown=10", "log_every=5", "evaluate_every=20"),
    ]
)

HELD_OUT_BATCHES: Final = 4
QUARTER: Final = (1, 2, 3, 0)  # whose camera each view is told, to see whether cameras are heard


class LayoutTrainer:
    """See Trainable. Every random number is a function of the seed and the step."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        device: torch.device,
        cache: Path | None = None,
        compiled: bool = False,
        prior: Path = FOLDER,
    ) -> None:
        """prior: the toybox that layouts are for.  cache, compiled: see Trainer."""
        self.settings, self.device = settings, device
        torch.manual_seed(settings.seed)  # the constructors of networks know no generator
        self.words = Words(world.words, settings.network.tokens)
        self.encoder = load_text_encoder(prior, self.words).to(device)
        unet: Any = UNet(settings.network).to(device)
        self.unet: UNet = unet.to(memory_format=torch.channels_last)
        self._stepping: Any = torch.compile(self.unet, dynamic=False) if compiled else self.unet
        self.noise = Noise(settings.noise, device)
        self.volume = WordVolume(settings.network.layout_words, settings.network.layout_meaning).to(device)
        self.parameters = [*self.unet.parameters(), *self.volume.parameters()]
        self.average = [parameter.detach().clone() for parameter in self.parameters]
        own = settings.optimiser
        reading = [*self.unet.class_embedding.parameters(), *self.volume.parameters()]
        others = [each for each in self.parameters if not any(each is one for one in reading)]
        self.optimiser = torch.optim.AdamW(
            [{"params": others, "share": 1.0}, {"params": reading, "share": own.labels_rate}],
            lr=own.rate,
            betas=(0.9, 0.99),
            weight_decay=own.weight_decay,
            fused=device.type == "cuda",
        )
        self.chunks = Chunks(world, settings.data, settings.network.resolution, self.words, device, cache)
        self.store = Store(self.chunks)
        self.step_index = 0
        self._held_out: Chunk | None = None

    def step(self) -> tuple[Tensor, Tensor]:
        """See Trainable."""
        settings = self.settings.optimiser
        generator = torch_stream(self.device, "layouts", self.settings.seed, self.step_index)
        store, toys = self.store.at(self.step_index)
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * learning_rate(settings, self.step_index)
        batch = draw_layouts(store, toys, self.settings.batch, generator)
        loss = self.loss(batch, store.tokens, generator, self._stepping)
        self.step_index += 1
        norm = descend(loss, self.optimiser, self.parameters, self.average, settings, self.step_index)
        return loss.detach(), norm

    def loss(
        self,
        batch: LayoutBatch,
        tokens: Tensor,
        generator: torch.Generator,
        unet: Any,
        told: tuple[int, ...] = tuple(range(RING)),
    ) -> Tensor:
        """Weighted error of the answers about noised maps, a mean over views.

        tokens: [S, L] of the store's toys.  told: whose camera each of four views is told, to ask how much it matters.
        """
        groups = len(batch.toy)
        timesteps = each_view(self.noise.timesteps(groups, generator))
        clean = to_wavelets(batch.maps)
        noise = torch.randn(clean.shape, generator=generator, device=self.device)
        alpha, sigma = self.noise.at(timesteps)
        noisy = alpha * clean + sigma * noise
        empty = self.words([EMPTY]).to(self.device)
        said = torch.where(batch.captioned[:, None], tokens[batch.toy], empty)
        with torch.no_grad():
            hidden = self.encoder(input_ids=said).last_hidden_state
        order = torch.tensor(told, device=self.device)
        pose, fov = (each.unflatten(0, (groups, RING))[:, order].flatten(0, 1) for each in (batch.pose, batch.fov))
        cameras = cameras_of(pose, fov)
        rays = ray_maps(cameras, side_of(self.settings.network))
        meaning = self.volume.meaning(said)
        labels = torch.cat([cameras.matrices(), each_view(meaning)], dim=1)
        seen = torch.cat([noisy, rays, self.volume(meaning, rays)], dim=1)
        quicker = self.device.type == "cuda" or cpu_has_bfloat16()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=quicker):
            seen = seen.contiguous(memory_format=torch.channels_last)
            answer = unet(seen, timesteps, each_view(hidden), labels, 0).float()
        answer = answer + guessed_velocity(noisy, alpha, sigma)
        error = (answer - self.noise.target(noisy, clean, timesteps)).square().mean(dim=(2, 3))
        return (_of_pixels(error) * self.noise.weight(timesteps)).mean()

    @torch.no_grad()
    def evaluate(self) -> dict[str, Any]:
        """The averaged network's loss on held-out pairs of object and colour, and its growth with wrong cameras."""
        if self._held_out is None:
            self._held_out = self.chunks(0, held_out=True)
        tokens = self._held_out.tokens
        found = {}
        with self.averaged():
            for name, told in (("right", tuple(range(RING))), ("turned", QUARTER)):
                losses = []
                for index in range(HELD_OUT_BATCHES):
                    generator = torch_stream(self.device, "held out layouts", index)
                    batch = draw_layouts(self._held_out, len(tokens), self.settings.batch, generator)
                    losses.append(self.loss(batch, tokens, generator, self.unet, told).item())
                found[name] = sum(losses) / len(losses)
        return {"held_out_loss": found["right"], "turned_growth": found["turned"] / found["right"] - 1}

    def begin_with(self, folder: Path) -> None:
        """Take over the layouts that an exported toybox has, of the same settings."""
        load_layouts(folder, self.unet, self.volume)
        self.average = [parameter.detach().clone() for parameter in self.parameters]

    def averaged(self) -> AbstractContextManager[None]:
        """The averaged weights in the networks, for the length of a block."""
        return standing_in(self.parameters, self.average)

    def save(self, path: Path) -> None:
        """See Trainable."""
        tensors = {f"unet.{name}": value for name, value in self.unet.state_dict().items()}
        tensors |= {f"volume.{name}": value for name, value in self.volume.state_dict().items()}
        tensors |= {f"average.{index}": value for index, value in enumerate(self.average)}
        about = {"step": self.step_index, "settings": self.settings.to_json()}
        save_checkpoint(path, tensors | optimiser_tensors(self.optimiser), about)

    def load(self, path: Path) -> None:
        """Take a checkpoint up. Raises CheckpointDamaged."""
        tensors, about = load_checkpoint(path, self.device)
        for name, module in (("unet.", self.unet), ("volume.", self.volume)):
            mine = {key.removeprefix(name): value for key, value in tensors.items() if key.startswith(name)}
            module.load_state_dict(mine)
        self.average = [tensors[f"average.{index}"] for index in range(len(self.average))]
        restore_optimiser(self.optimiser, tensors)
        self.step_index = about["step"]


def _of_pixels(error: Tensor) -> Tensor:
    """Mean squared errors over pixels [V], from those of wavelets [V, 4 C]: details count without their gain."""
    means, *details = error.unflatten(1, (WAVELETS, -1)).mean(dim=2).unbind(dim=1)
    return means + torch.stack(details).sum(dim=0) / DETAIL_GAIN**2
