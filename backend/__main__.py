"""`python -m backend`: started by the client, speaks the protocol on its standard input and output."""

from __future__ import annotations

from backend.recorded import Runs
from backend.server import main


def make_engine() -> Runs:
    """The engine, and with it torch: imported with the first job, not before the greeting."""
    from backend.run import Engine

    return Engine()


if __name__ == "__main__":
    main(make_engine)
