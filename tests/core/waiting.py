"""Waiting for what a backend says, for so long and no longer."""

from __future__ import annotations

import time

from dreamfusion_blender.client import Backend
from dreamfusion_blender.protocol import Message


def until(backend: Backend, *kinds: str, seconds: float = 30.0) -> list[Message]:
    """All events until there is one of these kinds. Fails when there is none in so many seconds."""
    events: list[Message] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        events += backend.events(0.1)
        if any(event["type"] in kinds for event in events):
            return events
    raise AssertionError(f"none of {', '.join(kinds)} in {seconds} s: {events}")
