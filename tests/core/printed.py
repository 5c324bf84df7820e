"""What a command has left behind: its lines of JSON, and the files in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def names(folder: Path) -> list[str]:
    """The files in a folder."""
    return sorted(path.name for path in folder.iterdir())


def lines(text: str) -> list[dict[str, Any]]:
    """What a command with --json has printed."""
    return [json.loads(line) for line in text.splitlines()]
