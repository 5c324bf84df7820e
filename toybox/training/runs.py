"""A training's folder: its checkpoint, its log, and a run of a few minutes that goes on where the last one ended."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any, Final, Protocol

import torch
from torch import Tensor

from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.files import atomic_write
from toybox.training.checkpoint import read_about
from toybox.training.model import Model
from toybox.training.settings import Settings
from toybox.training.trainer import Trainer, learning_rate
from toybox.training.views import World

__all__ = ["CHECKPOINT", "LOG", "forget_log_after", "load_run", "open_run", "train"]

CHECKPOINT: Final = "checkpoint.safetensors"
LOG: Final = "log.jsonl"


def open_run(
    folder: Path, settings: Settings, world: World, device: torch.device, cache: Path | None, compiled: bool
) -> Trainer:
    """A new run, or one that goes on.

    settings: in one that goes on, only the optimiser's and the rhythm's may have changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = settings_of(folder)
    for part in ("seed", "network", "noise", "conflict", "data", "batch") if before else ():
        if getattr(before, part) != getattr(settings, part):
            raise BadSpec(f"{folder} was begun with another {part!r}: {getattr(before, part)}. Use a new folder")
    trainer = Trainer(settings, world, device, cache, compiled)
    if before:
        trainer.load(folder / CHECKPOINT)
    forget_log_after(folder / LOG, trainer.step_index)
    return trainer


def settings_of(folder: Path) -> Settings | None:
    """Of the run in a folder; None where there is none."""
    path = folder / CHECKPOINT
    return Settings.from_json(read_about(path)["settings"]) if path.is_file() else None


def load_run(folder: Path, world: World, device: torch.device) -> Model:
    """The averaged model of a run's last checkpoint."""
    settings = settings_of(folder)
    if settings is None:
        raise BadSpec(f"There is no {CHECKPOINT} in {folder}")
    trainer = Trainer(settings, world, device)
    trainer.load(folder / CHECKPOINT)
    trainer.become_average()
    return trainer.model


class Trainable(Protocol):
    """What runs in pieces: the prior's training and the judge's."""

    settings: Settings
    device: torch.device
    step_index: int

    def step(self) -> tuple[Tensor, Tensor]:
        """One step; its loss and the norm of its gradient, still on the device."""
        ...

    def evaluate(self) -> dict[str, Any]:
        """Plain values for the log."""
        ...

    def save(self, path: Path) -> None:
        """Write everything a later piece needs."""
        ...


def train(trainer: Trainable, folder: Path, minutes: float) -> None:
    """Steps until the run is over or the minutes are, a checkpoint at the end in either case."""
    settings = trainer.settings
    began = saved = noted = time.monotonic()
    noted_step = trainer.step_index
    total = torch.zeros((), device=trainer.device)
    while trainer.step_index < settings.optimiser.steps and time.monotonic() - began < 60 * minutes:
        loss, norm = trainer.step()
        total += loss
        if trainer.step_index % settings.log_every == 0:
            mean = total.item() / (trainer.step_index - noted_step)
            if not math.isfinite(mean):
                raise FloatingPointError(f"The loss is {mean} at step {trainer.step_index}; the checkpoint is earlier")
            now = time.monotonic()
            rate = learning_rate(settings.optimiser, trainer.step_index - 1)
            speed = (trainer.step_index - noted_step) / (now - noted)
            note(folder, trainer, loss=mean, gradient=norm.item(), rate=rate, steps_per_second=round(speed, 3))
            total, noted, noted_step = torch.zeros_like(total), now, trainer.step_index
        if trainer.step_index % settings.evaluate_every == 0:
            note(folder, trainer, **trainer.evaluate())
            noted, noted_step, total = time.monotonic(), trainer.step_index, torch.zeros_like(total)
        if time.monotonic() - saved > settings.checkpoint_seconds:
            trainer.save(folder / CHECKPOINT)
            saved = time.monotonic()
    trainer.save(folder / CHECKPOINT)


def note(folder: Path, trainer: Trainable, **said: Any) -> None:
    """A line in the log."""
    rounded = {name: round(value, 6) if isinstance(value, float) else value for name, value in said.items()}
    line = json.dumps({"step": trainer.step_index, **rounded})
    with open(folder / LOG, "a", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line, flush=True)


def read_log(folder: Path) -> list[dict[str, Any]]:
    """All lines that are whole."""
    path = folder / LOG
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # a killed process may leave half a line
    return found


def forget_log_after(path: Path, step: int) -> None:
    """What was noted after the checkpoint will happen again."""
    if path.is_file():
        kept = [line for line in read_log(path.parent) if line["step"] <= step]
        atomic_write(path, "".join(json.dumps(line) + "\n" for line in kept))
