"""One training run of the prior: its networks, its step, and its state on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from dreamfusion_blender.errors import BadSpec
from toybox.training.batch import Batch, Drawer
from toybox.training.blocks import RING
from toybox.training.checkpoint import load_checkpoint, optimiser_tensors, restore_optimiser, save_checkpoint
from toybox.training.conflict import contradict
from toybox.training.descending import descend, put, standing_in
from toybox.training.model import Model
from toybox.training.network import UNet, make_text_encoder
from toybox.training.noise import Noise
from toybox.training.obedience import Rings, camera_errors, disobedience, rings_of
from toybox.training.seeds import torch_stream
from toybox.training.settings import OptimiserSettings, Settings
from toybox.training.store import Chunk, Chunks, Store
from toybox.training.views import World
from toybox.training.words import Words

__all__ = ["Trainer", "learning_rate"]

HELD_OUT_BATCHES: Final = 4
OBEDIENCE_RINGS: Final = 16
OBEDIENCE_LEVELS: Final = (0.8, 0.95, 1.0)


def learning_rate(settings: OptimiserSettings, step: int) -> float:
    """Of the step-th step, from 0: up, level, and down to 0 at the end."""
    up = (step + 1) / settings.warmup
    down = (settings.steps - step) / settings.cooldown
    return settings.rate * max(0.0, min(1.0, up, down))


class Trainer:
    """Every random number is a function of the seed and the step, so that it does not matter when it was stopped."""

    def __init__(
        self, settings: Settings, world: World, device: torch.device, cache: Path | None = None, compiled: bool = False
    ) -> None:
        """cache: folder of rendered chunks.  compiled: through torch.compile, which takes minutes at first."""
        self.settings, self.device, self.compiled = settings, device, compiled
        torch.manual_seed(settings.seed)  # the constructors of networks know no generator
        self.words = Words(world.words, settings.network.tokens)
        unet: Any = UNet(settings.network).to(device)
        unet.to(memory_format=torch.channels_last)
        encoder = make_text_encoder(settings.network, len(self.words)).to(device)
        self.noise = Noise(settings.noise, device)
        self.model = Model(unet, encoder, self.noise, settings.network, lambda texts: self.words(texts).to(device))
        self.unet, self.encoder = unet, encoder
        self._stepping = self._model_for_steps()
        self.parameters = [*unet.parameters(), *encoder.parameters()]
        self.average = [parameter.detach().clone() for parameter in self.parameters]
        self.optimiser = torch.optim.AdamW(
            self.parameters,
            lr=settings.optimiser.rate,
            betas=(0.9, 0.99),
            weight_decay=settings.optimiser.weight_decay,
            fused=device.type == "cuda",
        )
        self.chunks = Chunks(world, settings.data, settings.network.resolution, self.words, device, cache)
        self.store = Store(self.chunks)
        self.drawer = Drawer(settings.batch, settings.network, self.words, device)
        self.step_index = 0
        self._held_out: Chunk | None = None
        self._rings: Rings | None = None

    def step(self) -> tuple[Tensor, Tensor]:
        """One step; its loss and the norm of its gradient, still on the device."""
        settings = self.settings.optimiser
        generator = torch_stream(self.device, "step", self.settings.seed, self.step_index)
        batch = self.drawer(*self.store.at(self.step_index), generator)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(settings, self.step_index)
        loss = self.loss(batch, generator, self._stepping)
        self.step_index += 1
        norm = descend(loss, self.optimiser, self.parameters, self.average, settings, self.step_index)
        return loss.detach(), norm

    def loss(self, batch: Batch, generator: torch.Generator, model: Model | None = None) -> Tensor:
        """Weighted error of the answers about a noised batch, a mean over pictures."""
        model = model or self.model
        singles, groups = batch.singles, (len(batch.clean) - batch.singles) // RING
        drawn = self.noise.timesteps(singles + groups, generator)
        timesteps = torch.cat([drawn[:singles], drawn[singles:].repeat_interleave(RING)])
        noise = torch.randn(batch.clean.shape, generator=generator, device=self.device)
        level = drawn[singles:] / (self.noise.settings.steps - 1)
        clean, mask = (each[singles:].unflatten(0, (groups, RING)) for each in (batch.clean, batch.mask))
        shown = contradict(clean, mask, level, self.settings.conflict, generator)
        alpha, sigma = self.noise.at(timesteps)
        noisy = alpha * torch.cat([batch.clean[:singles], shown.flatten(0, 1)]) + sigma * noise
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            text = model.text(batch.tokens)
            answer = model.answer(noisy, timesteps, text, batch.labels, batch.rays, singles)
        error = (answer - self.noise.target(noisy, batch.clean, timesteps)).square().mean(dim=(1, 2, 3))
        return (error * self.noise.weight(timesteps)).mean()

    @torch.no_grad()
    def evaluate(self) -> dict[str, Any]:
        """The averaged model's loss on held-out pairs of object and colour, and how it takes wrong cameras.

        What is looked at, and the noise on it, are the same each time.
        """
        if self._held_out is None:
            self._held_out = self.chunks(0, held_out=True)
        with self.averaged() as model:
            losses = []
            for index in range(HELD_OUT_BATCHES):
                generator = torch_stream(self.device, "held out", index)
                batch = self.drawer(self._held_out, len(self._held_out.tokens), generator)
                losses.append(self.loss(batch, generator).item())
            if self._rings is None:
                anti_alias = self.settings.data.anti_alias
                self._rings = rings_of(model, self.chunks.world, OBEDIENCE_RINGS, 0, self.device, anti_alias)
            grown = disobedience(camera_errors(model, self._rings, OBEDIENCE_LEVELS, 0))
        rounded = {level: {name: round(share, 4) for name, share in of.items()} for level, of in grown.items()}
        return {"held_out_loss": sum(losses) / len(losses), "growth": rounded}

    @contextmanager
    def averaged(self) -> Iterator[Model]:
        """The model with the averaged weights, for the length of a block."""
        with standing_in(self.parameters, self.average):
            yield self.model

    def become_average(self) -> None:
        """Take the averaged weights for good."""
        put(self.parameters, self.average)

    def save(self, path: Path, **about: Any) -> None:
        """Everything that a later run needs to go on as if nothing had happened."""
        tensors = {f"unet.{name}": value for name, value in self.unet.state_dict().items()}
        tensors |= {f"encoder.{name}": value for name, value in self.encoder.state_dict().items()}
        tensors |= {f"average.{index}": value for index, value in enumerate(self.average)}
        tensors |= optimiser_tensors(self.optimiser)
        about |= {"step": self.step_index, "settings": self.settings.to_json(), "words": list(self.words.vocabulary)}
        save_checkpoint(path, tensors, about)

    def load(self, path: Path) -> dict[str, Any]:
        """Take a checkpoint up; what was said about it. Raises CheckpointDamaged, or BadSpec for another world's."""
        tensors, about = load_checkpoint(path, self.device)
        if about["words"] != list(self.words.vocabulary):
            raise BadSpec(f"The checkpoint {path} was made with another vocabulary: the world has changed since")
        for name, module in (("unet.", self.unet), ("encoder.", self.encoder)):
            mine = {key.removeprefix(name): value for key, value in tensors.items() if key.startswith(name)}
            module.load_state_dict(mine)
        self.average = [tensors[f"average.{index}"] for index in range(len(self.average))]
        restore_optimiser(self.optimiser, tensors)
        self.step_index = about["step"]
        return about

    def _model_for_steps(self) -> Model:
        if not self.compiled:
            return self.model
        model = self.model
        return Model(torch.compile(self.unet, dynamic=False), model.encoder, model.noise, model.network, model.tokenise)
