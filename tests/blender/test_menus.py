"""The menus of the 3D viewport hold what the sidebar does."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import extension
import pytest
from samples import ENDLESS
from test_panels import Notes, session  # noqa: F401  # a fixture

MENUS = ("VIEW3D_MT_add", "VIEW3D_MT_object", "VIEW3D_MT_object_context_menu")


class MenuNotes(Notes):
    """A menu's layout, which has entries for other menus."""

    def separator(self):
        pass

    def menu(self, name, **_):
        assert issubclass(getattr(bpy.types, name), bpy.types.Menu)
        self.shown.append(name)


def drawn(name: str) -> list[str]:
    """What one of our menus holds now."""
    notes = MenuNotes()
    getattr(bpy.types, f"DREAMFUSION_MT_{name}").draw(SimpleNamespace(layout=notes), bpy.context)
    return [each.removeprefix("dreamfusion.") for each in notes.shown]


def entries(menu: str) -> list[str]:
    """Our submenus in one of Blender's menus."""
    ours = [each for each in getattr(bpy.types, menu).draw._draw_funcs if extension.MODULE in each.__module__]
    notes = MenuNotes()
    for draw in ours:
        draw(SimpleNamespace(layout=notes), bpy.context)
    return notes.shown


def test_the_add_menu_makes_something_and_steers_what_is_at_work(session):  # noqa: F811
    always = ["import_job", "add_front", "install_backend", "download_model", "DREAMFUSION_MT_sections"]
    assert entries("VIEW3D_MT_add") == ["DREAMFUSION_MT_add"]
    assert drawn("add") == ["ask", "resume", *always]
    extension.start_job(session, seed=ENDLESS)
    assert drawn("add") == ["stop", "pause", "cancel", *always]


def test_the_object_menus_go_on_from_what_is_active(session):  # noqa: F811
    assert entries("VIEW3D_MT_object") == entries("VIEW3D_MT_object_context_menu") == []
    bpy.ops.mesh.primitive_cube_add()
    assert entries("VIEW3D_MT_object") == entries("VIEW3D_MT_object_context_menu") == ["DREAMFUSION_MT_object"]
    assert drawn("object") == ["start_refine"]
    bpy.context.object["dreamfusion_job"] = "3f09ac"
    ways = ["continue_job", "branch", "restyle", "variations", "generate_again", "reextract", "mark_asset"]
    assert drawn("object") == ["start_refine", *ways]


def test_every_section_of_the_sidebar_is_an_entry(session):  # noqa: F811
    sections = extension.part("panels.menus").SECTIONS
    named = [name for name in dir(bpy.types) if name.startswith("DREAMFUSION_PT_")]
    panels = [name for name in named if getattr(bpy.types, name).bl_region_type == "UI"]
    assert {f"DREAMFUSION_PT_{each}" for each in sections} == set(panels)
    assert set(drawn("sections")) == {"wm.call_panel"}
    # Those that have nothing to show, such as the quality of what was not generated, are left out.
    assert 0 < len(drawn("sections")) < len(sections)


@pytest.mark.parametrize("menu", MENUS)
def test_blenders_menus_are_left_as_they_were(scene, installed, menu):
    with_us = len(getattr(bpy.types, menu).draw._draw_funcs)
    bpy.ops.preferences.addon_disable(module=installed)
    assert len(getattr(bpy.types, menu).draw._draw_funcs) == with_us - 1
    bpy.ops.preferences.addon_enable(module=installed)
    assert len(getattr(bpy.types, menu).draw._draw_funcs) == with_us
