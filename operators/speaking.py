"""What all operators share: they say in the interface's language why they cannot be used now, and ask in one width."""

from __future__ import annotations

import bpy

from ..translations import translated

DIALOG_WIDTH = 340  # pixels at interface scale 1


class Operator(bpy.types.Operator):
    """Blender translates labels, tooltips and reports by itself, but shows this message as it is given."""

    @classmethod
    def poll_message_set(cls, message: str) -> None:
        """Set why `poll` is about to answer False, in English."""
        bpy.types.Operator.poll_message_set(translated(message))
