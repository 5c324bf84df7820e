"""Messages between client and backend: one JSON object a line, UTF-8. Large arrays travel as files in the job folder.

Requests (client to backend, on its standard input)
    {"type": "run", "job": PATH}    run or resume the job in this folder; queued behind the one at work. With
                                    "finish": true its checkpoint becomes the asset without another step
    {"type": "finish"}              end the optimisation at work here: what it has reached becomes the asset
    {"type": "cancel"}              stop the job at work; it keeps a checkpoint
    {"type": "pause"}               the same, and leave, so that nothing of the GPU's memory stays taken
    {"type": "free"}                drop the priors and empty the GPU's caches, now or after the job at work
    {"type": "quit"}                leave after a checkpoint; the end of the input means the same

Events (backend to client, on its standard output)
    {"type": "hello", "protocol": 1, "version": …, "python": …, "pid": …}      the first line, before torch is imported
    {"type": "heartbeat"}                                  every few seconds while a job is at work
    {"type": "started", "job": PATH, "resumed": BOOL}
    {"type": "stage" | "progress" | "preview" | "warning" | "note", …}         from the engine. Warnings and notes have
                                    a code, and a message for people; a note is nothing to worry about
    {"type": "finished", "job": PATH, "report": {…}, "files": {…}}
    {"type": "cancelled", "job": PATH}
    {"type": "error", "job": PATH | null, "code": …, "message": …, "remedy": …}     see errors/
    {"type": "freed"}
    {"type": "bye", "reason": "idle" | "pause" | "quit" | "device lost" | …}    the last line
"""

from __future__ import annotations

import json
import math
from typing import Any, Final, Literal, get_args

from .errors import ProtocolMismatch
from .version import VERSION

PROTOCOL: Final = 1
HEARTBEAT_SECONDS: Final = 2.0

ENDINGS: Final = ("finished", "cancelled", "error")
"""The types of event after which a job is over."""

DEVICE_LOST: Final = "device lost"
"""Why a backend leaves by itself whose GPU does not answer any more."""

Wish = Literal["finish", "pause", "cancel"]
"""What may be wished of the job at work: its asset as it is, the GPU free and the job kept, or no more of it."""
WISHES: Final[tuple[Wish, ...]] = get_args(Wish)
LEFT_AT_WORK: Final = 75
"""The exit code of a backend that was told to leave, and whose job did not stop in time: the last line is missing."""

Message = dict[str, Any]


def encode(message: Message) -> bytes:
    """One message as one line. Values that are not numbers (a diverged loss) become null: JSON has no NaN."""
    return json.dumps(_finite(message), ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"


def decode(line: bytes) -> Message:
    """One line as a message; raises ProtocolMismatch quoting what came instead."""
    try:
        message = json.loads(line.decode("utf-8"))
    except ValueError:
        message = None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        shown = line[:120].decode("utf-8", "replace").strip()
        raise ProtocolMismatch(f"Expected a message, one JSON object a line, and got: {shown!r}")
    return message


def check_hello(message: Message) -> None:
    """Raise ProtocolMismatch unless `message` is the greeting of a backend that speaks as we do."""
    if message["type"] != "hello":
        raise ProtocolMismatch(f"Expected the backend's greeting and got a message of type {message['type']!r}")
    if message.get("protocol") != PROTOCOL or message.get("version") != VERSION:
        raise ProtocolMismatch(
            f"The backend is version {message.get('version')} (protocol {message.get('protocol')}), "
            f"this side is version {VERSION} (protocol {PROTOCOL}): restart Blender so that both are the same"
        )


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value
