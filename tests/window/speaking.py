"""Runs inside a Blender without a window: switches to Korean and prints what the extension says, as JSON.

blender -b --python speaking.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import bpy


def refusal(operator: Callable[..., Any], **settings: str) -> str:
    """Why an operator cannot be used now, or what it reports."""
    try:
        operator(**settings)
    except RuntimeError as error:
        return str(error)
    return ""


bpy.context.preferences.view.language = "ko_KR"
start, look_up = bpy.ops.dreamfusion.start.get_rna_type(), bpy.app.translations
said = {
    "label": look_up.pgettext_iface(start.name, "Operator"),
    "tooltip": look_up.pgettext_tip(start.description),
    "panel": look_up.pgettext_iface(bpy.types.DREAMFUSION_PT_quality.bl_label),
    "poll": refusal(bpy.ops.dreamfusion.resume),
    "error": refusal(bpy.ops.dreamfusion.import_job, directory="/nowhere"),
}
print(f"SAID {json.dumps(said)}", flush=True)
sys.exit(0)
