"""Installing the backend's environment from inside Blender, with Blender's leave to go online."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.machine import usual_device
from . import timer
from .backend_environment import environment_of, forget_environment
from .errand import print_progress
from .refusals import refuse
from .session import session
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_OT_install_backend(Operator):
    """Download and install the Python environment that the backend runs in, or repair it"""

    bl_idname = "dreamfusion.install_backend"
    bl_label = "Install Backend"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """Only with leave to go online, and not while it is in use."""
        return may_install(cls)

    def execute(self, context: Context) -> set[str]:
        """In a window: start the install and return at once. In the background: return when it is done."""
        environment = environment_of(context)
        if not bpy.app.background:
            session.start_install(environment)
            timer.start()
            return {"FINISHED"}
        try:
            environment.install(print_progress, usual_device())
        except DreamFusionError as error:
            return refuse(self, error)
        finally:
            forget_environment()
        return {"FINISHED"}


class DREAMFUSION_OT_cancel_install(Operator):
    """Stop the install. The next try begins anew, with what was downloaded so far"""

    bl_idname = "dreamfusion.cancel_install"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be an install on its way."""
        if not session.install.is_busy:
            cls.poll_message_set("Nothing is being installed: there is nothing to cancel")
        return session.install.is_busy

    def execute(self, _context: Context) -> set[str]:
        """Ask the installing thread to stop."""
        session.install.cancel()
        return {"FINISHED"}


def may_install(cls: type[Operator]) -> bool:
    """Whether an environment may be made now; sets the message that says why not."""
    if not bpy.app.online_access:
        cls.poll_message_set("Allow Online Access in Preferences > System > Network first")
    elif session.install.is_busy:
        cls.poll_message_set("The backend is being installed or removed already: wait for it")
    elif session.work is not None:
        cls.poll_message_set("A job is at work: wait for it, or stop it")
    elif session.download.is_busy:
        cls.poll_message_set("A model is being downloaded: wait for it, or cancel it")
    else:
        return True
    return False
