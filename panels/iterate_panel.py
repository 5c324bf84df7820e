"""What can be made of the asset that is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..dreamfusion_blender.scene.placing import JOB_PROPERTY, PROPERTY_PREFIX
from ..operators.series import series
from ..translations import translated
from .menus import WAYS
from .section import Section

if TYPE_CHECKING:
    from bpy.types import Context, UILayout


class DREAMFUSION_PT_iterate(Section, Panel):
    """New jobs that begin with the active asset; it stays as it is"""

    bl_label = "Go On from Asset"

    @classmethod
    def poll(cls, context: Context) -> bool:
        """An object of ours is active, or several are being made."""
        return series.is_busy or bool(series.waiting) or (context.object is not None and JOB_PROPERTY in context.object)

    def draw(self, context: Context) -> None:
        """Draw the asset's name and the buttons."""
        layout, chosen = self.layout, context.object
        if series.waiting:
            layout.label(text=translated(f"{len(series.waiting)} more to come"), icon="TIME")
        if series.is_held:
            layout.operator("dreamfusion.make_rest", icon="PLAY")
        if chosen is None or JOB_PROPERTY not in chosen:
            return
        seed = chosen.get(f"{PROPERTY_PREFIX}seed", "?")
        layout.label(text=translated(f"{chosen.name}  (seed {seed})"), translate=False, icon="OBJECT_DATA")
        draw_ways(layout, "")
        layout.operator("dreamfusion.mark_asset", icon="ASSET_MANAGER")
        if series.picture is not None:
            layout.operator("wm.path_open", text="Picture of All", icon="IMAGE_DATA").filepath = str(series.picture)


def draw_ways(layout: UILayout, job: str) -> None:
    """The four ways to go on. job: its folder's name; empty: the active object's."""
    grid = layout.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
    for name, icon in WAYS:
        grid.operator(f"dreamfusion.{name}", icon=icon).job = job
