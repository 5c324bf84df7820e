"""The extension's preferences: folders, the backend and what it may take, the network, deleted jobs, the 2D models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.props import EnumProperty, FloatProperty, IntProperty, StringProperty
from bpy.types import AddonPreferences

from ..operators import user_preferences
from ..operators.backend_environment import forget_environment
from ..operators.model_shelf import forget_models
from ..operators.settings import MACHINE_DEVICES
from ..operators.user_preferences import EXTENSION, IDLE_MINUTES
from .models import draw_models
from .room import draw_backend, draw_deleted, draw_folders, draw_network

if TYPE_CHECKING:
    from bpy.types import Context


def _changed(_preferences: AddonPreferences, context: Context) -> None:
    user_preferences.apply(context)
    forget_environment()
    forget_models()


class DREAMFUSION_AP_preferences(AddonPreferences):
    """Shown in Blender's preferences under the extension's entry."""

    bl_idname = EXTENSION

    cache: StringProperty(
        name="Cache Folder",
        description=(
            "For what can be made again: the backend, the models, measurements. "
            "Empty: the user's cache folder, which uninstalling the extension does not delete"
        ),
        subtype="DIR_PATH",
        update=_changed,
    )
    models: StringProperty(
        name="Models Folder",
        description="Where downloaded 2D models lie. Empty: in the cache folder",
        subtype="DIR_PATH",
        update=_changed,
    )
    environment: StringProperty(
        name="Backend Folder",
        description="Where the backend's Python environment is, or will be installed. Empty: in the cache folder",
        subtype="DIR_PATH",
        update=_changed,
    )
    python: StringProperty(
        name="Python",
        description="The Python 3.10, 3.11 or 3.12 that the environment is made with. Empty: the first one found",
        subtype="FILE_PATH",
        update=_changed,
    )
    scorer: StringProperty(
        name="Scorer",
        description=(
            "The folder of a CLIP model, as transformers saves it, that is asked after each job whether the views "
            "answer the prompt. Empty: nobody is asked"
        ),
        subtype="DIR_PATH",
        update=_changed,
    )
    device: EnumProperty(
        name="Device",
        description="What jobs compute on that leave it open. From the next job on",
        items=MACHINE_DEVICES,
        update=_changed,
    )
    memory: FloatProperty(
        name="Memory Limit in GB",
        description=(
            "Gigabytes that a job may take; steps are cut up to keep within. 0: what the device has free. "
            "From the next job on"
        ),
        min=0.0,
        soft_max=96.0,
        precision=1,
        step=50,
        update=_changed,
    )
    idle: IntProperty(
        name="Idle Minutes",
        description="How long the backend stays loaded without a job, ready to begin the next one at once",
        default=IDLE_MINUTES,
        min=1,
        max=1440,
        update=_changed,
    )

    def draw(self, context: Context) -> None:
        """Draw the sections, what matters first at the top."""
        layout = self.layout
        draw_backend(layout, context, self)
        draw_network(layout, context)
        draw_folders(layout, context, self)
        draw_deleted(layout, context)
        draw_models(layout, context)
