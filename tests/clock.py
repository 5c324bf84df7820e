"""A clock for tests that nothing keeps its caller waiting, on machines that are busy with other things, too."""

from __future__ import annotations

import time
from pathlib import Path


def seconds() -> float:
    """Seconds, without those in which this thread could have gone on and the machine ran another program instead."""
    return time.perf_counter() - int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
