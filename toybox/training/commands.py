"""What the command lines of training share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

import torch

from dreamfusion_blender.errors import DreamFusionError

__all__ = ["device_here", "run"]


def device_here() -> torch.device:
    """The GPU if there is one; its matrix products in TF32, which is more than enough here."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def run(main: Callable[[list[str]], None]) -> NoReturn:
    """Run a command line; say what was wrong with it in one sentence."""
    try:
        main(sys.argv[1:])
    except DreamFusionError as error:
        print(error.message, file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(0)
