"""Train the embedded prior.

    python -m toybox.training.prior --run RUNS/one                     go on for as long as it takes
    python -m toybox.training.prior --run RUNS/one --minutes 8         a piece; the next one goes on where it ended
    python -m toybox.training.prior --run RUNS/one --export FOLDER     and write the folder that the backend loads
    python -m toybox.training.prior --run RUNS/try --smoke             does everything run? a minute on a CPU

Killed at any moment, it goes on from its last checkpoint, as if it had never stopped. See README.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from toybox.training.card import write_card
from toybox.training.commands import device_here, run
from toybox.training.exported import export
from toybox.training.runs import open_run, settings_of, train
from toybox.training.settings import CONFIGURATIONS, Settings, configuration
from toybox.training.toy_world import ToyWorld, workers_for
from toybox.training.warm_start import warm_start


def main(arguments: list[str]) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m toybox.training.prior", description="Train the embedded prior")
    parser.add_argument("--run", type=Path, required=True, help="the run's folder: checkpoint and log")
    parser.add_argument("--configuration", choices=sorted(CONFIGURATIONS), help="of a new run; default: default")
    parser.add_argument("--smoke", action="store_true", help="the configuration smoke")
    parser.add_argument("--set", nargs="*", default=[], metavar="PART.SETTING=VALUE", help="single settings")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many, with a checkpoint")
    parser.add_argument("--init", type=Path, help="begin a new run with the weights of an exported folder")
    parser.add_argument("--cache", type=Path, help="keep rendered chunks here, and take them from here")
    parser.add_argument("--export", type=Path, help="then write the folder that the backend loads")
    parser.add_argument("--compile", action="store_true", help="torch.compile: minutes at first, then faster")
    asked = parser.parse_args(arguments)

    device = device_here()
    before = settings_of(asked.run)
    settings = (named(asked) or before or configuration("default")).changed(asked.set)
    trainer = open_run(
        asked.run, settings, ToyWorld(settings.data.held_out, workers_for(device)), device, asked.cache, asked.compile
    )
    if asked.init is not None and before is None:
        warm_start(trainer, asked.init)
    train(trainer, asked.run, asked.minutes)
    if asked.export is not None:
        with trainer.averaged() as model:
            export(asked.export, model, trainer.unet, trainer.words)
            write_card(asked.export, trainer, model, asked.run)


def named(asked: argparse.Namespace) -> Settings | None:
    """The configuration that was asked for. One that a run was not begun with is refused when the run is opened."""
    name = "smoke" if asked.smoke else asked.configuration
    return None if name is None else configuration(name)


if __name__ == "__main__":
    run(main)
