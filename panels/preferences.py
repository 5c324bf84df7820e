"""The extension's preferences: where the backend's environment lives, which Python makes it, and the 2D models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.props import StringProperty
from bpy.types import AddonPreferences

from ..operators.backend_environment import EXTENSION, forget_environment
from .models import draw_models

if TYPE_CHECKING:
    from bpy.types import Context


def _changed(_preferences: AddonPreferences, _context: Context) -> None:
    forget_environment()


class DREAMFUSION_AP_preferences(AddonPreferences):
    """Shown in Blender's preferences under the extension's entry."""

    bl_idname = EXTENSION

    environment: StringProperty(
        name="Backend Folder",
        description=(
            "Where the backend's Python environment is installed, about 2 GB. "
            "Empty: a folder in the user's cache, which uninstalling the extension does not delete"
        ),
        subtype="DIR_PATH",
        update=_changed,
    )
    python: StringProperty(
        name="Python",
        description="The Python 3.10, 3.11 or 3.12 that the environment is made with. Empty: the first one found",
        subtype="FILE_PATH",
    )

    scorer: StringProperty(
        name="Scorer",
        description=(
            "The folder of a CLIP model, as transformers saves it, that is asked after each job whether the views "
            "answer the prompt. Empty: nobody is asked"
        ),
        subtype="DIR_PATH",
    )

    def draw(self, context: Context) -> None:
        """Draw the two paths and the models."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "environment")
        layout.prop(self, "python")
        layout.prop(self, "scorer")
        draw_models(self.layout, context)
