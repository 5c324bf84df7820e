"""The commands and their options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..cut import SYMMETRIES
from ..errors.base import OWN_COMMAND
from ..job import JobSpec, preset_names
from ..models import NAMES
from ..models.fast_encoders import FAST_ENCODER_NAMES
from ..models.options import AUTO, PRECISIONS, configuration_names
from ..version import VERSION
from . import commands, making, models, quality, refining
from .iterating_parser import add_commands

_DEFAULTS = JobSpec()
_EPILOG = """exit codes: 0 done, 2 bad input, 3 no word of the prompt is known, 10-13 the backend's environment,
20-25 the backend, 30-35 the job folder, 40-43 the output, 50-51 the result, 60 some rows failed, 70-74 the model,
130 stopped. Folders: DREAMFUSION_JOBS, DREAMFUSION_ENV, DREAMFUSION_MODELS; programs: DREAMFUSION_PYTHON,
DREAMFUSION_BLENDER; DREAMFUSION_ALLOW_NETWORK=1 allows what --allow-network allows. All: docs/command-line.md"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, with the command's function as `run`. Ends the process with code 2 when they cannot be read."""
    parser = argparse.ArgumentParser(
        prog=OWN_COMMAND,
        description="Turn a text prompt into a textured mesh.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"DreamFusion 3D {VERSION}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print events as JSON lines")
    common.add_argument("--env", metavar="DIR", help="the backend's environment (default: in your cache folder)")
    sub = parser.add_subparsers(required=True, metavar="COMMAND")

    generate = sub.add_parser("generate", parents=[common], help="make an asset from each prompt")
    generate.add_argument("prompts", nargs="*", metavar="PROMPT")
    generate.add_argument("--from", dest="prompt_file", metavar="FILE", help="more prompts, one a line")
    _add_output(generate)
    _add_settings(generate)
    _add_network(generate)
    generate.add_argument("--dry-run", action="store_true", help="check and print the job, do nothing")
    generate.set_defaults(run=making.generate)

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
    _add_output(refine)
    _add_settings(refine)
    _add_network(refine)
    refine.set_defaults(run=refining.refine, size=None)

    batch = sub.add_parser("batch", parents=[common], help="make an asset from each row of a .csv or .jsonl table")
    batch.add_argument("table", metavar="FILE")
    batch.add_argument("--out-dir", metavar="DIR", default=".", help="a folder for the files (default: here)")
    batch.set_defaults(run=making.batch)

    resume = sub.add_parser("resume", parents=[common], help="go on with a stopped job")
    resume.add_argument("job", metavar="JOB", help="a job folder, or a name that `jobs` lists")
    resume.add_argument("--restart", action="store_true", help="begin again; the old checkpoint is kept beside")
    _add_output(resume)
    resume.set_defaults(run=making.resume)

    finish = sub.add_parser("finish", parents=[common], help="make the asset of what a stopped job has reached")
    finish.add_argument("job", metavar="JOB")
    _add_output(finish)
    finish.set_defaults(run=making.finish)

    export = sub.add_parser("export", parents=[common], help="cut the mesh of a job again")
    export.add_argument("job", metavar="JOB")
    _add_output(export)
    _add_cut(export)
    export.set_defaults(run=making.export)

    add_commands(sub, common)

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
    _add_network(priors)
    priors.set_defaults(run=models.priors)
    return parser.parse_args(arguments)


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--allow-network", action="store_true", help="let models be downloaded from huggingface.co")


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE", help="FILE.glb or FILE.blend (default: PROMPT.glb here)")


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
