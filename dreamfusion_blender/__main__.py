"""`python3 -m dreamfusion_blender`: the command line."""

import sys

from .command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
