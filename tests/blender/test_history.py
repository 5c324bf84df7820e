"""The history of all jobs in the panel: its tree, its buttons, and what deleting one leaves."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import clock
import extension
import pytest
from extension import all_jobs
from samples import ENDLESS
from test_panels import Notes


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


def test_the_history_is_a_tree_in_the_list(mug, history):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    (extension.part("dreamfusion_blender.paths").jobs_folder() / "broken").mkdir()
    entries = extension.read(history)
    assert [(each.depth, each.prompt) for each in entries] == [(0, "a red mug"), (1, "a blue mug"), (0, "")]
    state = bpy.context.window_manager.dreamfusion_history
    assert len(state.lines) == 3
    state.active = 1
    assert history.active().prompt == "a blue mug"
    bpy.ops.dreamfusion.generate(prompt="a car")
    extension.read(history)
    assert history.active().prompt == "a blue mug"  # not whatever has its number now


class ListNotes(Notes):
    """Also takes what lists draw."""

    def label(self, text="", icon="NONE", translate=True, icon_value=0):
        super().label(text=text)

    def column(self, **_):
        return ListNotes(self.shown)

    row = box = grid_flow = column

    def separator(self, **_):
        self.shown.append("…")

    def template_list(self, kind, _name, data, lines, active, active_name, rows):
        assert len(getattr(data, lines)) >= 0 and isinstance(getattr(active, active_name), int) and rows
        self.shown.append(kind)

    def template_icon(self, icon_value, scale):
        self.shown.append("picture")


def draw_history(history):
    context = extension.interface(window_manager=bpy.context.window_manager)
    notes = ListNotes()
    bpy.types.DREAMFUSION_PT_history.draw(SimpleNamespace(layout=notes), context)
    for index in range(min(8, len(history.entries))):  # as many lines as Blender shows
        bpy.types.DREAMFUSION_UL_history.draw_item(None, context, notes, None, None, 0, None, "", index, 0)
    return notes.shown


def test_the_history_panel_shows_the_chosen_job_and_its_buttons(mug, history):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    extension.read(history)
    bpy.context.window_manager.dreamfusion_history.active = 1
    shown = draw_history(history)
    for button in ("import_job", "compare", "reveal_job", "delete_job", "continue_job", "branch", "restyle"):
        assert f"dreamfusion.{button}" in shown
    assert "restyle: a blue mug" in shown and "…" in shown
    assert any(each.startswith("Restyles ") for each in shown)


def test_a_cancelled_job_can_be_gone_on_with_from_the_history(history, monkeypatch, scene):
    session, tick = extension.part("operators.session").session, extension.part("operators.timer").tick
    job = extension.part("dreamfusion_blender.job").JobSpec(prompt="a red mug", seed=ENDLESS)
    session.start(job, (0.0, 0.0, 0.0), extension.part("dreamfusion_blender.environment").Environment())
    extension.pump_until(session, lambda: session.work is not None and session.work.step > 0, tick)
    session.ask("cancel")
    extension.pump_until(session, lambda: not session.is_busy, tick)
    session.stopped = None  # as in a later session
    (entry,) = extension.read(history)
    assert entry.can_resume and "dreamfusion.resume" in draw_history(history)
    start = extension.part("operators.start").DREAMFUSION_OT_start
    monkeypatch.setattr(start, "poll", lambda _context: True)  # as where there is a window
    assert bpy.ops.dreamfusion.resume() == {"FINISHED"}
    extension.pump_until(session, lambda: session.work is not None and session.work.step > 0, tick)
    session.ask("finish")
    extension.pump_until(session, lambda: not session.is_busy, tick)
    (entry,) = extension.read(history)
    assert entry.status == "finished" and not entry.can_resume


def test_hundreds_of_jobs_are_drawn_in_a_moment(mug, history):
    store = extension.part("dreamfusion_blender.store")
    (template,) = all_jobs()
    for _ in range(200):
        store.JobFolder.create(template.spec)
    assert len(extension.read(history)) == 201
    draw_history(history)  # pictures are loaded once
    began = clock.seconds()
    for _ in range(10):
        draw_history(history)
    each = (clock.seconds() - began) / 10
    print(f"the history of 201 jobs is drawn in {1000 * each:.2f} ms")
    assert each < 0.02


def test_a_deleted_parent_leaves_children_and_objects_working(mug, scene, history):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    child, parent = all_jobs()
    assert bpy.ops.dreamfusion.delete_job(job=parent.name) == {"FINISHED"}
    assert len(scene.objects) == 2 and not parent.path.exists()
    (entry,) = extension.read(history)
    assert entry.is_orphan
    assert bpy.ops.dreamfusion.branch(job=child.name) == {"FINISHED"}
    with pytest.raises(RuntimeError, match="only what lies there"):
        bpy.ops.dreamfusion.delete_job(job="nothing")
