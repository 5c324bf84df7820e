"""What the panels show in each state, drawn into a layout that only takes notes."""

from __future__ import annotations

import shutil
import time
from types import SimpleNamespace

import bpy
import extension
import pytest
from samples import ENDLESS


class Button:
    """What a layout hands back for an operator: only properties that the operator has can be set."""

    known: list[str]

    def __init__(self, operator):
        object.__setattr__(self, "known", operator.get_rna_type().properties.keys())

    def __setattr__(self, name, value):
        assert name in self.known, name


class Notes:
    """A stand-in for UILayout: everything drawn into it or a part of it lands in one list."""

    def __init__(self, shown=None):
        self.shown = [] if shown is None else shown

    def column(self, **_):
        return Notes(self.shown)

    row = box = split = grid_flow = column

    def label(self, text="", icon="NONE", translate=True):
        self.shown.append(text)

    def prop(self, data, name, **_):
        getattr(data, name)  # a misspelt property must fail here, as it does in Blender
        self.shown.append(name)

    def operator(self, identifier, **_):
        group, name = identifier.split(".")
        assert name in dir(getattr(bpy.ops, group)), f"{identifier} does not exist"
        self.shown.append(identifier)
        return Button(getattr(getattr(bpy.ops, group), name))

    def progress(self, factor, text, **_):
        assert 0 <= factor <= 1
        self.shown.append(text)


@pytest.fixture
def session(fake_backend):
    return extension.part("operators.session").session


def drawn(name: str) -> list[str]:
    """What the panel draws into a sidebar of the width it opens with."""
    panel = getattr(bpy.types, f"DREAMFUSION_PT_{name}")
    space = SimpleNamespace(shading=SimpleNamespace(type="SOLID", color_type="MATERIAL"))
    context = extension.interface(view_layer=bpy.context.view_layer, object=bpy.context.object, space_data=space)
    notes = Notes()
    panel.draw(SimpleNamespace(layout=notes), context)
    return notes.shown


def test_at_rest_there_are_the_settings_and_the_button(session):
    prompt, seed = ["prompt", "dreamfusion.known_words"], ["seed", "dreamfusion.roll_seed"]
    assert drawn("generate") == [*prompt, *seed, "preset", "prior", "dreamfusion.start"]
    names = ["negative_prompt", "steps", "views", "device", "size", "triangles", "texture_size"]
    assert drawn("advanced") == names
    assert drawn("backend") == ["Installed"]


def test_at_work_there_are_the_bar_the_time_left_and_cancel(session):
    spec = extension.part("dreamfusion_blender.job").JobSpec(prompt="a red mug", seed=ENDLESS)
    session.start(spec, (0, 0, 0), extension.part("dreamfusion_blender.environment").Environment())
    buttons = ["dreamfusion.stop", "dreamfusion.pause", "dreamfusion.cancel"]
    assert drawn("generate")[-5:] == ["Starting", "", *buttons]
    extension.pump_until(session, lambda: session.work.step == 5)
    assert drawn("generate")[-5:] == ["Optimizing (5 of 5)", "0:01 left", *buttons]
    session.ask("pause")
    extension.pump_until(session, lambda: session.work is None)
    waiting = ["Stopped half-way: a red mug", "dreamfusion.resume", "dreamfusion.stop"]
    assert drawn("generate")[-4:] == ["dreamfusion.start", *waiting]


def test_the_list_of_words_writes_the_prompt(session, scene):
    settings = scene.dreamfusion
    known = extension.part("dreamfusion_blender.vocabulary").known_words("toybox")
    assert drawn("words") == ["prompt", *["dreamfusion.add_word"] * len(known)]
    settings.prompt = ""
    for word in ("orange", "armchair"):
        bpy.ops.dreamfusion.add_word(word=word)
    assert settings.prompt == "an orange armchair"
    settings.prompt = "a snowman with "
    bpy.ops.dreamfusion.add_word(word="golden")
    assert settings.prompt == "a snowman with golden"


def test_a_result_that_has_to_wait_says_for_what(session):
    extension.start_job(session)
    session.ready.append(session.work)
    assert "The result appears once nothing is dragged or rendered" in " ".join(drawn("generate"))
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    assert "Go back to Object Mode to see the result" in " ".join(drawn("generate"))
    session.ready[0].home = extension.part("operators.home").home_of(bpy.context)
    edited, bpy.context.window.scene = bpy.context.scene, bpy.data.scenes.new("Other")
    assert f"Go back to Object Mode in the scene {edited.name} to see" in " ".join(drawn("generate"))
    bpy.context.window.scene = edited
    bpy.ops.object.mode_set(mode="OBJECT")


def test_what_waits_is_drawn_with_its_buttons(session):
    store, spec = extension.part("dreamfusion_blender.store"), extension.part("dreamfusion_blender.job").JobSpec
    finished, unfinished = (store.JobFolder.create(spec(prompt=each)) for each in ("a red mug", "a blue car"))
    session.offer(finished)
    session.unfinished.jobs = [unfinished]
    assert drawn("generate")[-6:] == [
        "Finished: a red mug",
        "dreamfusion.import_job",
        "dreamfusion.leave_job",
        "Unfinished: a blue car",
        "dreamfusion.resume",
        "dreamfusion.leave_job",
    ]
    unfinished.write_state("paused")
    bpy.ops.dreamfusion.leave_job(job=str(unfinished.path))
    bpy.ops.dreamfusion.leave_job(job=str(finished.path))
    assert drawn("generate")[-1] == "dreamfusion.start" and unfinished.status == "cancelled"


def test_a_backend_at_rest_is_told_to_free_the_memory(session):
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    assert drawn("backend") == ["Installed", "dreamfusion.free"]
    bpy.ops.dreamfusion.free()
    backend = extension.part("dreamfusion_blender.jobs").shared_backend()
    deadline = time.monotonic() + 30
    while not any(event["type"] == "freed" for event in backend.events(0.1)):
        assert time.monotonic() < deadline
    start_and_pause(session)
    with pytest.raises(RuntimeError, match="does not run"):
        bpy.ops.dreamfusion.free()


def start_and_pause(session):
    extension.start_job(session, seed=ENDLESS)
    extension.pump_until(session, lambda: session.work.step > 0)
    with pytest.raises(RuntimeError, match="Pause frees"):
        bpy.ops.dreamfusion.free()
    session.ask("pause")
    extension.pump_until(session, lambda: session.work is None)
    extension.pump_until(session, lambda: not extension.part("dreamfusion_blender.jobs").is_up())


def test_a_job_whose_folder_is_gone_can_be_taken_off_the_list(session):
    store, spec = extension.part("dreamfusion_blender.store"), extension.part("dreamfusion_blender.job").JobSpec
    jobs = [store.JobFolder.create(spec(prompt=each)) for each in ("a red mug", "a blue car")]
    session.offer(jobs[0])
    session.unfinished.jobs = [jobs[1]]
    for job in jobs:
        shutil.rmtree(job.path)
        with pytest.raises(RuntimeError, match="There is no job"):
            bpy.ops.dreamfusion.leave_job(job=str(job.path))
    assert drawn("generate")[-1] == "dreamfusion.start"


@pytest.mark.parametrize(
    ("standing", "words"), [("deleted", "You deleted the object"), ("edited", "it is yours"), ("elsewhere", "another")]
)
def test_the_live_panel_says_why_the_object_does_not_change(session, standing, words):
    view = extension.part("operators.live_view").view
    view.standing = standing
    assert words in " ".join(drawn("live"))
    view.reset()
    assert drawn("live") == ["color_type"]


def test_an_error_is_drawn_in_full_in_short_lines_with_its_button(session, tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMFUSION_ENV", str(tmp_path / "nothing here"))
    session.error = extension.part("dreamfusion_blender.errors").BackendMissing("It is not " + "at all " * 20 + "there")
    shown = drawn("generate")
    after = shown[shown.index("dreamfusion.start") + 1 :]
    assert after[-1] == "dreamfusion.install_backend" and " ".join(after[:-1]) == session.error.message
    assert len(after) > 4


def test_a_prompt_of_unknown_words_has_a_button_instead_of_the_list(session):
    vocabulary, errors = (extension.part(f"dreamfusion_blender.{each}") for each in ("vocabulary", "errors"))
    with pytest.raises(errors.NothingKnown) as refused:
        vocabulary.read_prompt("dr. qwertz", "toybox")
    session.error = refused.value
    shown = drawn("generate")
    assert "knows no word of 'dr. qwertz'" in " ".join(shown) and "airplane" not in " ".join(shown)
    assert shown[-1] == "dreamfusion.known_words"


def test_an_error_without_a_button_names_the_command(session):
    errors = extension.part("dreamfusion_blender.errors")
    session.error = errors.PythonMissing("No Python", errors.Remedy("Install one", command="apt install python3.12"))
    assert " ".join(drawn("generate")).endswith("No Python Install one: apt install python3.12")


def test_warnings_are_drawn(session):
    session.warnings.append("The prior does not know 'gilded'")
    assert "The prior does not know" in " ".join(drawn("generate"))


def test_without_a_backend_there_is_the_install_button_and_why_it_may_be_off(session, online, tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMFUSION_ENV", str(tmp_path / "nothing here"))
    extension.part("operators.backend_environment").forget_environment()
    online(True)
    assert "is not installed" in " ".join(drawn("backend")) and drawn("backend")[-1] == "dreamfusion.install_backend"
    online(False)
    assert drawn("backend")[-1] == "extensions.userpref_allow_online"


def test_an_install_shows_its_progress(session):
    report = extension.part("dreamfusion_blender.environment").InstallProgress
    session.install.title, session.install.progress = "Installing", report("Installing torch", 0.4)
    assert drawn("backend") == ["Installing 40%", "Installing torch", "dreamfusion.cancel_install"]


def test_durations_read_like_a_clock(installed):
    duration = extension.part("panels.words").duration
    assert [duration(each) for each in (0, 7.4, 200, 3750)] == ["0:00", "0:07", "3:20", "1:02:30"]


def test_the_preferences_choose_the_backends_folder(session, installed, tmp_path):
    preferences = bpy.context.preferences.addons[installed].preferences
    assert drawn("backend") == ["Installed"]
    preferences.environment = str(tmp_path / "elsewhere")
    try:
        # A path is broken where the line ends.
        assert f"{tmp_path}/elsewhereisnotinstalled" in "".join(drawn("backend")).replace(" ", "")
    finally:
        preferences.environment = ""
    assert drawn("backend") == ["Installed"]
