"""The options of the commands that make something: of a prompt, a mesh, a table, or of a job that stopped."""

from __future__ import annotations

import argparse
from typing import Any

from ..cut import SYMMETRIES
from ..job import JobSpec, preset_names
from ..models import NAMES
from ..models.fast_encoders import FAST_ENCODER_NAMES
from ..models.options import AUTO, PRECISIONS, configuration_names
from . import making, refining
from .shared_options import add_network, add_output

_DEFAULTS = JobSpec()


def add_commands(sub: Any, common: argparse.ArgumentParser) -> None:
    """Add them to the command line. sub: what argparse's add_subparsers gave; common: options of all commands."""
    generate = sub.add_parser("generate", parents=[common], help="make an asset from each prompt")
    generate.add_argument("prompts", nargs="*", metavar="PROMPT")
    generate.add_argument("--from", dest="prompt_file", metavar="FILE", help="more prompts, one a line")
    add_output(generate)
    _add_settings(generate)
    add_network(generate)
    generate.add_argument("--dry-run", action="store_true", help="check and print the job, do nothing")
    generate.set_defaults(run=making.generate)

    _add_refine(sub, common)

    batch = sub.add_parser("batch", parents=[common], help="make an asset from each row of a .csv or .jsonl table")
    batch.add_argument("table", metavar="FILE")
    batch.add_argument("--out-dir", metavar="DIR", default=".", help="a folder for the files (default: here)")
    batch.set_defaults(run=making.batch)

    resume = sub.add_parser("resume", parents=[common], help="go on with a stopped job")
    resume.add_argument("job", metavar="JOB", help="a job folder, or a name that `jobs` lists")
    resume.add_argument("--restart", action="store_true", help="begin again; the old checkpoint is kept beside")
    add_output(resume)
    resume.set_defaults(run=making.resume)

    finish = sub.add_parser("finish", parents=[common], help="make the asset of what a stopped job has reached")
    finish.add_argument("job", metavar="JOB")
    add_output(finish)
    finish.set_defaults(run=making.finish)

    export = sub.add_parser("export", parents=[common], help="cut the mesh of a job again")
    export.add_argument("job", metavar="JOB")
    add_output(export)
    _add_cut(export)
    export.set_defaults(run=making.export)


def _add_refine(sub: Any, common: argparse.ArgumentParser) -> None:
    refine = sub.add_parser("refine", parents=[common], help="refine a .glb, .gltf, .obj, .ply or .stl by a prompt")
    refine.add_argument("file", metavar="FILE")
    refine.add_argument("prompt", metavar="PROMPT")
    refine.add_argument(
        "--strength",
        type=float,
        default=_DEFAULTS.strength,
        metavar="0.02…1",
        help="low keeps the looks, 1 forgets them",
    )
    refine.add_argument(
        "--distance",
        type=float,
        default=_DEFAULTS.distance,
        metavar="SHARE",
        help="that the surface may move at most, as a share of the largest side; 0 only paints",
    )
    refine.add_argument("--may", metavar="FILE", help="a mesh outside of which matter is taken away")
    refine.add_argument("--must", metavar="FILE", help="a mesh inside of which matter is kept")
    add_output(refine)
    _add_settings(refine)
    add_network(refine)
    refine.set_defaults(run=refining.refine, size=None)


def _add_cut(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("settings", "what is not given is as the job was made with")
    group.add_argument("--size", type=float, metavar="METRES", help="largest side")
    group.add_argument("--triangles", type=int, metavar="N", help="at most")
    group.add_argument("--texture-size", type=int, metavar="N", help="pixels a side")
    group.add_argument(
        "--threshold", type=float, metavar="D", help="added to the level that was found: -0.02 is thicker, 0.02 thinner"
    )
    group.add_argument("--resolution", type=int, metavar="N", help="points a side of the grid that is cut")
    group.add_argument("--smoothing", type=int, metavar="N", help="rounds of smoothing (default: 10)")
    group.add_argument("--symmetry", choices=SYMMETRIES, help="mirror this half, as seen from the front")


def _add_settings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("settings")
    group.add_argument("--seed", type=int, default=_DEFAULTS.seed, metavar="N")
    group.add_argument("--preset", default=_DEFAULTS.preset, help=", ".join(preset_names()))
    group.add_argument(
        "--prior",
        default=_DEFAULTS.prior,
        metavar="MODEL",
        help=f"{', '.join(NAMES)}; owner/name on the hub; a diffusers folder or a .safetensors file",
    )
    group.add_argument(
        "--lora",
        dest="loras",
        action="append",
        default=[],
        metavar="FILE[:WEIGHT]",
        help="on top of the prior, any number of times",
    )
    group.add_argument(
        "--fast-encoder",
        default="",
        metavar="NAME|DIR",
        help=f"a TAESD of the prior, for the first part of the run: {', '.join(FAST_ENCODER_NAMES)}, or a folder",
    )
    group.add_argument(
        "--configuration",
        default=_DEFAULTS.configuration,
        metavar="NAME|DIR",
        help=f"of a prior in one .safetensors file: {', '.join((AUTO, *configuration_names()))}, or a folder",
    )
    group.add_argument(
        "--picture-size",
        type=int,
        metavar="N",
        help="pixels a side of the pictures that a large prior sees (default: its own)",
    )
    group.add_argument(
        "--precision",
        default=_DEFAULTS.precision,
        help=f"number format that the prior computes in: {', '.join(PRECISIONS)}",
    )
    group.add_argument("--views", default=_DEFAULTS.views, help="auto, single, multi")
    group.add_argument("--steps", type=int, metavar="N", help="default: the preset's")
    group.add_argument("--size", type=float, default=_DEFAULTS.size, metavar="METRES", help="largest side")
    group.add_argument("--triangles", type=int, default=_DEFAULTS.triangles, metavar="N", help="at most")
    group.add_argument("--texture-size", type=int, default=_DEFAULTS.texture_size, metavar="N", help="pixels a side")
    group.add_argument("--device", default=_DEFAULTS.device, help="auto, cpu, cuda, cuda:N, mps")
    group.add_argument("--negative-prompt", default="", metavar="TEXT")
    group.add_argument(
        "--set", dest="overrides", action="append", default=[], metavar="NAME=VALUE", help="e.g. sds.guidance_weight=10"
    )
