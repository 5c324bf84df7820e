"""What the small processes have in common that do one thing for the core and end: events out, one ending, an exit code.

Events go to standard output, one JSON object a line, of which the last is "finished" or "error".
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from backend.events import Emit
from backend.failures import as_error
from dreamfusion_blender.errors import DreamFusionError
from dreamfusion_blender.protocol import Message, encode

__all__ = ["run"]


def run(
    work: Callable[[Emit], Message],
    about: Message | None = None,
    explained: Callable[[Exception], DreamFusionError] = as_error,
) -> int:
    """Do the work and return the process's exit code.

    work: is given what sends events, and returns what the last one says beside its type.
    about: what the ending says in any case.  explained: an exception as an error that a person can act on.
    """
    # Whatever a library prints goes to the log; only events reach the client.
    events = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def emit(event: Message) -> None:
        events.write(encode(event))

    said: dict[str, Any] = about or {}
    try:
        emit({"type": "finished", **said, **work(emit)})
    except BrokenPipeError:
        return 1  # whoever wanted it has gone
    except Exception as raised:  # noqa: BLE001 - the process's outermost frame: every failure becomes an event
        error = explained(raised)
        emit({"type": "error", **said, **error.to_event()})
        return error.exit_code
    return 0
