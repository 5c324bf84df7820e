"""Whoever takes the events of the protocol."""

from __future__ import annotations

from collections.abc import Callable

from dreamfusion_blender.protocol import Message

__all__ = ["Emit"]

Emit = Callable[[Message], None]
