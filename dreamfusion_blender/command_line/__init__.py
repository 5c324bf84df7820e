"""The command line: `python3 -m dreamfusion_blender generate "a red mug"`. Standard library alone."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from ..errors import Cancelled, DreamFusionError, OutputUnwritable
from .output import Output
from .parser import parse

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code (errors/ has the codes; 0 is success)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # without a console, or closed by who started this
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # open for as long as we run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file on a machine with another code page holds no ×, no prompt in Korean: no reason to fail at the end.
            stream.reconfigure(errors="backslashreplace")
    options = parse(arguments)
    output = Output(as_json=options.json)
    try:
        options.run(options, output)
        sys.stdout.flush()
    except DreamFusionError as error:
        output.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        output.error(Cancelled("Stopped"))
        return Cancelled.exit_code
    except BrokenPipeError:
        # Whoever read our output (`| head`) has gone; Python must not complain about it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        problem = OutputUnwritable(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}")
        output.error(problem)
        return problem.exit_code
    return 0
