"""`python3 -m dreamfusion_blender`: the command line."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036  # the very Python that this is not for
    sys.exit(f"This needs Python 3.10 or later, and {sys.executable} is {sys.version.split()[0]}")

from .command_line import main  # it could not be read by an older Python

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
