"""Going on from an asset in Blender: the operators, the history's list, and the Asset Browser."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import clock
import extension
import pytest
from samples import ENDLESS
from test_panels import Notes, drawn


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


@pytest.fixture
def mug(scene):
    """An asset in the scene, and its job."""
    bpy.ops.dreamfusion.generate(prompt="a red mug", seed=1, size=1.0)
    return scene.objects["a red mug"]


@pytest.fixture
def history(scene):
    view = extension.part("operators.history_view").history_view
    yield view
    view.forget()


def jobs():
    return extension.part("dreamfusion_blender.store").list_jobs()


def read(history):
    history.look()
    extension.pump_until(extension.part("operators.session").session, history.pump)
    return history.entries


@pytest.mark.parametrize(
    ("name", "settings", "relation", "prompt"),
    [
        ("continue_job", {"steps": 9}, "continue", "a red mug"),
        ("branch", {"prompt": "a blue mug", "strength": 0.6, "seed": 7, "guidance": 12.3}, "branch", "a blue mug"),
        ("restyle", {"prompt": "a green mug"}, "restyle", "a green mug"),
    ],
)
def test_a_child_stands_beside_its_parent_which_stays(mug, scene, name, settings, relation, prompt):
    before = [tuple(vertex.co) for vertex in mug.data.vertices]
    assert getattr(bpy.ops.dreamfusion, name)(**settings) == {"FINISHED"}
    (child,) = (each for each in scene.objects if each != mug)
    newest, parent = jobs()
    assert newest.spec.prompt == prompt
    assert (newest.spec.origin.relation, newest.spec.origin.job) == (relation, parent.id)
    assert child.location.x - mug.location.x == pytest.approx(1.25)
    assert before == [tuple(vertex.co) for vertex in mug.data.vertices]
    if name == "branch":
        assert (newest.spec.seed, newest.spec.origin.strength) == (7, 0.6)
        assert newest.spec.overrides["denoise_fit.guidance_weight"] == 12.3


def test_the_next_child_does_not_stand_in_the_first(mug, scene):
    for _ in range(2):
        bpy.context.view_layer.objects.active = mug
        bpy.ops.dreamfusion.branch(strength=0.5)
    assert sorted(round(each.location.x, 3) for each in scene.objects) == [0, 1.25, 2.5]


def test_a_floor_is_no_obstacle(mug, scene):
    bpy.ops.mesh.primitive_plane_add(size=20.0)
    bpy.context.view_layer.objects.active = mug
    bpy.ops.dreamfusion.branch(strength=0.5)
    assert bpy.context.object.location.x == pytest.approx(1.25)


def test_variations_stand_in_a_grid_and_are_in_one_picture(mug, scene):
    assert bpy.ops.dreamfusion.variations(count=3, arrangement="GRID") == {"FINISHED"}
    places = {tuple(round(value, 3) for value in each.location) for each in scene.objects if each != mug}
    assert places == {(1.25, 0, 0), (2.5, 0, 0), (1.25, 1.25, 0)}
    made = [job for job in jobs() if job.spec.origin is not None]
    assert sorted(job.spec.seed for job in made) == [2, 3, 4]
    assert [(job.path / "variations.png").is_file() for job in made].count(True) == 1


def test_what_no_job_made_cannot_be_gone_on_from(scene):
    with pytest.raises(RuntimeError, match="What is active was not made by a job"):
        bpy.ops.dreamfusion.branch()
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="Cube was not made by a job"):
        bpy.ops.dreamfusion.branch()
    bpy.context.object["dreamfusion_job"] = "abcdef"
    with pytest.raises(RuntimeError, match="deleted or moved, or made elsewhere"):
        bpy.ops.dreamfusion.continue_job()


def test_a_job_that_is_named_needs_no_object(scene):
    bpy.ops.dreamfusion.generate(prompt="a red mug", seed=1)
    bpy.data.objects.remove(scene.objects[0])
    assert bpy.ops.dreamfusion.restyle(job=jobs()[0].name, prompt="a blue mug") == {"FINISHED"}
    assert [each.name for each in scene.objects] == ["a blue mug"]


def test_what_was_named_once_is_not_named_the_next_time(mug, scene):
    """As from a menu: Blender fills in the last call's settings only where a call may push an undo step."""
    bpy.ops.dreamfusion.generate(prompt="a blue car", seed=2, size=1.0)
    car = bpy.context.object
    assert bpy.ops.dreamfusion.continue_job("EXEC_DEFAULT", True, job=jobs()[1].name, steps=9) == {"FINISHED"}
    bpy.context.view_layer.objects.active = car
    assert bpy.ops.dreamfusion.continue_job("EXEC_DEFAULT", True) == {"FINISHED"}
    assert [each.spec.prompt for each in jobs()[:2]] == ["a blue car", "a red mug"]
    bpy.ops.dreamfusion.mark_asset("EXEC_DEFAULT", True, catalogue="", description="Mine", tags="mine")
    bpy.context.view_layer.objects.active = mug
    bpy.ops.dreamfusion.mark_asset("EXEC_DEFAULT", True)
    assert "a red mug" in mug.asset_data.description and "mine" not in mug.asset_data.tags


@pytest.mark.parametrize(
    ("name", "unsaved"),
    [
        ("continue_job", {"job"}),
        ("branch", {"job", "negative_prompt", "prior"}),
        ("restyle", {"job"}),
        ("variations", {"job"}),
        ("compare", {"job", "other"}),
        ("mark_asset", {"description", "tags"}),
        ("resume", {"job"}),
        ("download_model", {"model"}),
    ],
)
def test_blender_saves_none_of_what_names_a_job_or_a_model(installed, name, unsaved):
    properties = getattr(bpy.ops.dreamfusion, name).get_rna_type().properties
    assert {each.identifier for each in properties if each.is_skip_save} - {"rna_type"} == unsaved


def test_a_series_runs_one_after_another_in_a_window(mug, scene):
    """As the panel's button does it, which needs a window: the same series, driven by the timer's function."""
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    descent = extension.part("dreamfusion_blender.descent")
    store = extension.part("dreamfusion_blender.store")
    made = [(store.JobFolder.create(spec), (2.0 * i, 0, 0)) for i, spec in enumerate(descent.varied(jobs()[0], 2))]
    series.start(made, extension.part("dreamfusion_blender.environment").Environment())
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert [job.status for job, _ in made] == ["finished", "finished"]
    assert len(scene.objects) == 3 and series.picture.is_file() and session.error is None


def test_the_parent_of_a_series_stays_until_the_last_of_it_has_begun(mug, scene, history):
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    (parent,) = jobs()
    specs = [(spec, (0.0, 0, 0)) for spec in extension.part("dreamfusion_blender.descent").varied(parent, 2, 0.5)]
    series.start(specs, extension.part("dreamfusion_blender.environment").Environment(), parent)
    with pytest.raises(RuntimeError, match="needed by one that waits"):
        bpy.ops.dreamfusion.delete_job(job=parent.name)
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert len(scene.objects) == 3 and session.error is None
    assert bpy.ops.dreamfusion.delete_job(job=parent.name) == {"FINISHED"}


def test_a_branch_is_generated_again_when_its_parent_is_deleted(mug, scene, history, monkeypatch):
    session, tick = extension.part("operators.session").session, extension.part("operators.timer").tick
    again = extension.part("operators.generate_again")
    bpy.ops.dreamfusion.branch(prompt="a blue mug", strength=0.5)
    branch, parent = jobs()
    bpy.ops.dreamfusion.delete_job(job=parent.name)
    monkeypatch.setattr(again.DREAMFUSION_OT_start, "poll", lambda _context: True)  # as where there is a window
    assert bpy.ops.dreamfusion.generate_again() == {"FINISHED"}
    extension.pump_until(session, lambda: not session.is_busy, tick)
    assert session.error is None and len(scene.objects) == 3
    assert jobs()[0].start.read_bytes() == branch.start.read_bytes()


def test_cancelling_one_of_a_series_ends_it(mug, scene):
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    descent = extension.part("dreamfusion_blender.descent")
    store = extension.part("dreamfusion_blender.store")
    specs = descent.varied(jobs()[0], 2, seed=ENDLESS)
    made = [(store.JobFolder.create(spec), (0.0, 0, 0)) for spec in specs]
    series.start(made, extension.part("dreamfusion_blender.environment").Environment())
    extension.pump_until(session, lambda: session.work is not None and session.work.step > 0, timer.tick)
    session.ask("cancel")
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert [job.status for job, _ in made] == ["cancelled", "queued"] and series.picture is None


def test_the_history_is_a_tree_in_the_list(mug, history):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    (extension.part("dreamfusion_blender.paths").jobs_folder() / "broken").mkdir()
    entries = read(history)
    assert [(each.depth, each.prompt) for each in entries] == [(0, "a red mug"), (1, "a blue mug"), (0, "")]
    state = bpy.context.window_manager.dreamfusion_history
    assert len(state.lines) == 3
    state.active = 1
    assert history.active().prompt == "a blue mug"
    bpy.ops.dreamfusion.generate(prompt="a car")
    read(history)
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
    read(history)
    bpy.context.window_manager.dreamfusion_history.active = 1
    shown = draw_history(history)
    for button in ("import_job", "compare", "reveal_job", "delete_job", "continue_job", "branch", "restyle"):
        assert f"dreamfusion.{button}" in shown
    assert "restyle: a blue mug" in shown and "…" in shown
    assert any(each.startswith("Restyles ") for each in shown)


def test_hundreds_of_jobs_are_drawn_in_a_moment(mug, history):
    store = extension.part("dreamfusion_blender.store")
    (template,) = jobs()
    for _ in range(200):
        store.JobFolder.create(template.spec)
    assert len(read(history)) == 201
    draw_history(history)  # pictures are loaded once
    began = clock.seconds()
    for _ in range(10):
        draw_history(history)
    each = (clock.seconds() - began) / 10
    print(f"the history of 201 jobs is drawn in {1000 * each:.2f} ms")
    assert each < 0.02


def test_compare_stands_a_job_beside_its_parent(mug, scene):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    remove_all(scene)
    before = len(bpy.data.meshes), len(bpy.data.images)
    assert bpy.ops.dreamfusion.compare(job=jobs()[0].name) == {"FINISHED"}
    old, new = scene.objects["a red mug"], scene.objects["a blue mug"]
    assert (old.location.x, new.location.x) == (0, 1.25)
    kept = scene.objects["a red mug"]
    kept.location.y = 5.0
    kept.users_collection[0].objects.unlink(kept)
    scene.collection.objects.link(kept)  # the artist wants it for good
    bpy.ops.dreamfusion.compare(job=jobs()[0].name, other=jobs()[1].name)
    assert len(scene.objects) == 3  # the last pair went
    assert bpy.ops.dreamfusion.end_compare() == {"FINISHED"}
    assert list(scene.objects) == [kept]
    assert (len(bpy.data.meshes), len(bpy.data.images)) == (before[0] + 1, before[1] + 1)  # those of the one kept
    with pytest.raises(RuntimeError, match="Nothing is being compared"):
        bpy.ops.dreamfusion.end_compare()
    remove_all(scene)
    with pytest.raises(RuntimeError, match="made of none"):
        bpy.ops.dreamfusion.compare(job=jobs()[1].name)


def test_the_end_of_a_comparison_takes_our_copies_alone(mug, scene):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    remove_all(scene)
    bpy.ops.dreamfusion.compare(job=jobs()[0].name)
    (comparison,) = scene.collection.children
    theirs, inner = bpy.data.objects.new("Theirs", bpy.data.meshes.new("Theirs")), bpy.data.collections.new("Inner")
    comparison.objects.link(theirs)
    comparison.children.link(inner)
    bpy.ops.dreamfusion.end_compare()
    assert list(scene.collection.objects) == [theirs] == list(bpy.data.objects)
    assert list(scene.collection.children) == [inner]


def remove_all(scene):
    for each in list(scene.objects):
        bpy.data.objects.remove(each)


def test_a_deleted_parent_leaves_children_and_objects_working(mug, scene, history):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    child, parent = jobs()
    assert bpy.ops.dreamfusion.delete_job(job=parent.name) == {"FINISHED"}
    assert len(scene.objects) == 2 and not parent.path.exists()
    (entry,) = read(history)
    assert entry.is_orphan
    assert bpy.ops.dreamfusion.branch(job=child.name) == {"FINISHED"}
    with pytest.raises(RuntimeError, match="only what lies there"):
        bpy.ops.dreamfusion.delete_job(job="nothing")


def test_an_asset_has_its_own_picture_tags_and_catalogue(mug, tmp_path):
    with pytest.raises(RuntimeError, match="Save the file first"):
        bpy.ops.dreamfusion.mark_asset(catalogue="Props/Mugs")
    session = extension.part("operators.session").session
    assert session.error.remedy.operator == "wm.save_mainfile" and mug.asset_data is None
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mugs.blend"))
    mug = bpy.data.objects["a red mug"]
    mug["dreamfusion_preset"], mug["dreamfusion_prior"] = "preview", "toybox"
    assert bpy.ops.dreamfusion.mark_asset(catalogue="Props/Mugs") == {"FINISHED"}
    assert {tag.name for tag in mug.asset_data.tags} == {"red", "mug", "preview", "toybox"}
    assert "a red mug" in mug.asset_data.description and "seed 1" in mug.asset_data.description
    lines = (tmp_path / "blender_assets.cats.txt").read_text().splitlines()
    (line,) = (each for each in lines if "Props/Mugs" in each)
    assert "VERSION 1" in lines and line == f"{mug.asset_data.catalog_id}:Props/Mugs:Props-Mugs"
    assert tuple(mug.preview.image_size) == (256, 256)
    red, green, blue, _ = mug.preview.image_pixels_float[:4]
    assert red > 0.6 > 0.3 > max(green, blue)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"), copy=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), assets_only=True) as (stored, _):
        assert stored.objects == ["a red mug"]


def test_panels_offer_the_ways_for_an_asset_alone(mug):
    panel = bpy.types.DREAMFUSION_PT_iterate
    assert panel.poll(bpy.context)
    bpy.ops.mesh.primitive_cube_add()
    assert not panel.poll(bpy.context)
    assert drawn("generate")
