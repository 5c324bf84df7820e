"""The options of the commands that go on from jobs."""

from __future__ import annotations

import argparse
from typing import Any

from ..descent import BRANCH_STRENGTH, RESTYLE_STRENGTH
from . import iterating
from .shared_options import add_network, add_output


def add_commands(sub: Any, common: argparse.ArgumentParser) -> None:
    """Add them to the command line. sub: what argparse's add_subparsers gave; common: options of all commands."""
    more = sub.add_parser("continue", parents=[common], help="more steps from where a finished job ended, as a new job")
    more.add_argument("job", metavar="JOB")
    more.add_argument("--steps", type=int, metavar="N", help="how many (default: a quarter of a new job's)")
    _add_rest(more)
    more.set_defaults(run=iterating.continue_)

    branch = sub.add_parser("branch", parents=[common], help="go on from a job's shape under another prompt")
    branch.add_argument("job", metavar="JOB")
    branch.add_argument("prompt", metavar="PROMPT", nargs="?", help="default: the job's own")
    _add_strength(branch, BRANCH_STRENGTH)
    _add_changes(branch)
    _add_rest(branch)
    branch.set_defaults(run=iterating.branch)

    restyle = sub.add_parser("restyle", parents=[common], help="new colours on a job's very shape")
    restyle.add_argument("job", metavar="JOB")
    restyle.add_argument("prompt", metavar="PROMPT")
    _add_strength(restyle, RESTYLE_STRENGTH)
    _add_changes(restyle)
    _add_rest(restyle)
    restyle.set_defaults(run=iterating.restyle)

    vary = sub.add_parser("variations", parents=[common], help="several seeds of a prompt, and a picture of all")
    vary.add_argument("prompt", metavar="PROMPT", nargs="?")
    vary.add_argument("--of", metavar="JOB", help="siblings of this job's asset")
    vary.add_argument("--count", type=int, default=4, metavar="N")
    _add_strength(vary, 1.0)
    _add_changes(vary)
    vary.add_argument("--out-dir", metavar="DIR", default=".", help="a folder for the files (default: here)")
    add_network(vary)
    vary.set_defaults(run=iterating.variations)

    compare = sub.add_parser("compare", parents=[common], help="draw several jobs' assets into one picture")
    compare.add_argument("jobs", nargs="+", metavar="JOB")
    compare.add_argument("--out", required=True, metavar="FILE.png")
    compare.set_defaults(run=iterating.compare)

    history = sub.add_parser("history", parents=[common], help="show which job was made of which")
    history.set_defaults(run=iterating.show_history)

    delete = sub.add_parser("delete", parents=[common], help="move jobs to the folder of deleted ones")
    delete.add_argument("jobs", nargs="+", metavar="JOB")
    delete.set_defaults(run=iterating.delete_jobs)


def _add_strength(parser: argparse.ArgumentParser, default: float) -> None:
    parser.add_argument(
        "--strength", type=float, default=default, metavar="0…1", help=f"how much may change (default: {default:g})"
    )


def _add_changes(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("changes (what is not given is as the job has it, without one as usual)")
    group.add_argument("--seed", type=int, metavar="N")
    group.add_argument("--guidance", type=float, metavar="WEIGHT", help="how strongly the prior follows the prompt")
    group.add_argument("--negative-prompt", metavar="TEXT")
    group.add_argument("--preset", metavar="NAME")
    group.add_argument("--prior", metavar="MODEL")
    group.add_argument("--views", metavar="WHICH", help="auto, single, multi")
    group.add_argument("--steps", type=int, metavar="N")
    group.add_argument("--device", metavar="NAME")
    group.add_argument("--set", dest="overrides", action="append", default=[], metavar="NAME=VALUE")


def _add_rest(parser: argparse.ArgumentParser) -> None:
    add_output(parser)
    add_network(parser)
