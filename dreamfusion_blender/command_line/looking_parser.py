"""The options of the commands that look and tell, and of the one that fetches models."""

from __future__ import annotations

import argparse
from typing import Any

from . import commands, models, quality
from .shared_options import add_network


def add_commands(sub: Any, common: argparse.ArgumentParser) -> None:
    """Add them to the command line. sub: what argparse's add_subparsers gave; common: options of all commands."""
    report = sub.add_parser("quality", parents=[common], help="say how a job's asset came out, and what may help")
    report.add_argument("job", metavar="JOB")
    report.add_argument("--scorer", metavar="DIR", help="a CLIP model's folder: ask it first what the views show")
    report.set_defaults(run=quality.quality)

    jobs = sub.add_parser("jobs", parents=[common], help="list the jobs")
    jobs.set_defaults(run=commands.jobs)

    settings = sub.add_parser("settings", parents=[common], help="list the presets' inner settings, for --set")
    settings.add_argument("word", nargs="?", default="", metavar="WORD", help="a part of the names to list")
    settings.set_defaults(run=commands.settings)

    doctor = sub.add_parser("doctor", parents=[common], help="say what is installed, found and missing")
    doctor.add_argument("--install", action="store_true", help="install or repair the backend first")
    doctor.add_argument("--device", default="auto", help="the device to install for (auto, cpu, cuda, mps)")
    doctor.set_defaults(run=commands.doctor)

    priors = sub.add_parser("priors", parents=[common], help="list, download and remove the 2D models")
    priors.add_argument("--words", action="store_true", help="and the words that the toybox knows")
    which = priors.add_mutually_exclusive_group()
    which.add_argument("--download", metavar="NAME", help="fetch a model: a name of the list, or owner/name on the hub")
    which.add_argument("--remove", metavar="NAME", help="delete a downloaded model")
    add_network(priors)
    priors.set_defaults(run=models.priors)
