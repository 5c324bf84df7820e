"""What the sections of the sidebar have in common."""

from __future__ import annotations

from .generate_panel import CATEGORY, DREAMFUSION_PT_generate


class Section:
    """Mixed into a panel: one below the main panel, unless it names another parent."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_parent_id = DREAMFUSION_PT_generate.__name__
