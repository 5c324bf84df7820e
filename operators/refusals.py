"""How an operator says that something went wrong, or why it cannot be used now: in words and with what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dreamfusion_blender.errors import DreamFusionError
from ..translations import translated
from .series import series
from .session import session

if TYPE_CHECKING:
    from bpy.types import Operator


def backend_is_free(cls: type[Operator]) -> bool:
    """Whether a job can be given to the one backend; sets the message that says why not."""
    if session.work is not None or series.is_at_work:
        cls.poll_message_set("A job is at work already: wait for it, or stop it")
        return False
    if session.install.is_busy:
        cls.poll_message_set("The backend is being installed: wait for it")
        return False
    return True


def refuse(operator: Operator, error: DreamFusionError) -> set[str]:
    """Report the error and return what `execute` is to return. A script gets it as a RuntimeError."""
    operator.report({"ERROR"}, translated(error.message))
    return {"CANCELLED"}
