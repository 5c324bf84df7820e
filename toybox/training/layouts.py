"""Train the network that draws layouts for the embedded prior.

    python -m toybox.training.layouts --run RUNS/layouts --minutes 60 --cache RUNS/views --compile
    python -m toybox.training.layouts --run RUNS/layouts --export backend/priors/toybox

In pieces, and killed at any moment, as the prior's training. See README.md.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch

from backend.priors.layouts import LAYOUTS
from backend.priors.toybox_variant import FOLDER
from toybox.training.commands import device_here, run
from toybox.training.exported import export_layouts
from toybox.training.known_world import KnownWorld
from toybox.training.layout_sheet import write_layout_sheet
from toybox.training.layout_trainer import LAYOUTS as SETTINGS
from toybox.training.layout_trainer import LAYOUTS_SMOKE, LayoutTrainer
from toybox.training.runs import CHECKPOINT, LOG, forget_log_after, settings_of, train
from toybox.training.settings import Settings
from toybox.training.views import World

__all__ = ["open_layouts"]


def open_layouts(
    folder: Path,
    settings: Settings,
    world: World,
    device: torch.device,
    cache: Path | None,
    compiled: bool,
    prior: Path,
) -> LayoutTrainer:
    """A new run, or one that goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    trainer = LayoutTrainer(settings, world, device, cache, compiled, prior)
    if (folder / CHECKPOINT).is_file():
        trainer.load(folder / CHECKPOINT)
    forget_log_after(folder / LOG, trainer.step_index)
    return trainer


def main(arguments: list[str]) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m toybox.training.layouts", description="Train the layouts of a toybox"
    )
    parser.add_argument("--run", type=Path, required=True, help="the run's folder: checkpoint and log")
    parser.add_argument("--prior", type=Path, default=FOLDER, help="the toybox that layouts are for")
    parser.add_argument("--smoke", action="store_true", help="does everything run? a minute on a CPU")
    parser.add_argument("--set", nargs="*", default=[], metavar="PART.SETTING=VALUE", help="single settings")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many, with a checkpoint")
    parser.add_argument("--init", type=Path, help="begin a new run with the layouts of an exported folder")
    parser.add_argument("--cache", type=Path, help="keep rendered chunks here, and take them from here")
    parser.add_argument("--export", type=Path, help="then put the network into this toybox's folder")
    parser.add_argument("--compile", action="store_true", help="torch.compile: a minute or two at first, then faster")
    asked = parser.parse_args(arguments)
    before = settings_of(asked.run)
    settings = (before or (LAYOUTS_SMOKE if asked.smoke else SETTINGS)).changed(asked.set)
    world = KnownWorld(asked.prior, settings.data.held_out)
    trainer = open_layouts(asked.run, settings, world, device_here(), asked.cache, asked.compile, asked.prior)
    if asked.init is not None and before is None:
        trainer.begin_with(asked.init)
    train(trainer, asked.run, asked.minutes)
    if asked.export is not None:
        if not asked.export.exists():
            shutil.copytree(asked.prior, asked.export)
        with trainer.averaged():
            export_layouts(asked.export, trainer.unet, trainer.volume, settings.network, settings.noise)
        write_layout_sheet(asked.export / LAYOUTS / "samples.png", asked.export, world)


if __name__ == "__main__":
    run(main)
