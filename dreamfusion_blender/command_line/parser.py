"""The command line's parser, whose commands come from three files, in the order in which the help lists them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..errors.base import OWN_COMMAND
from ..version import VERSION
from . import iterating_parser, looking_parser, making_parser

_EPILOG = """exit codes: 0 done, 2 bad input, 3 no word of the prompt is known, 10-13 the backend's environment,
20-26 the backend, 30-35 the job folder, 40-43 the output, 50-51 the result, 60 some rows failed, 70-74 the model,
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
    for each in (making_parser, iterating_parser, looking_parser):
        each.add_commands(sub, common)
    return parser.parse_args(arguments)
