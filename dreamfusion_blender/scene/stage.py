"""A scene and a view layer of it that objects are added to, whether a window shows them or not."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple

import bpy

if TYPE_CHECKING:
    from bpy.types import Scene, ViewLayer


class Stage(NamedTuple):
    """Answers what is asked of a context where objects are added; that of a timer knows the first window alone."""

    scene: Scene
    view_layer: ViewLayer

    @property
    def mode(self) -> str:
        """The mode of what is active there."""
        active = self.view_layer.objects.active
        return "OBJECT" if active is None else active.mode

    def in_use(self) -> AbstractContextManager[object]:
        """While objects are added: what selects and hides asks Blender itself for the view layer."""
        return bpy.context.temp_override(scene=self.scene, view_layer=self.view_layer)
