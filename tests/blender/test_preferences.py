"""The preferences hold, in real processes too; what they show is measured aside; their buttons do what they say."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import bpy
import clock
import extension
import pytest
from samples import ENDLESS
from test_panels import Notes, drawn

LONGEST_DRAW = 0.05  # seconds
TRIES = 3


@pytest.fixture
def preferences(fake_backend, installed):
    """The extension's, as they come; afterwards again."""
    extension.part("operators.lookups").lookups.forget()
    yield bpy.context.preferences.addons[installed].preferences
    found = bpy.context.preferences.addons[installed].preferences  # others, when it was enabled anew
    for name in ("cache", "models", "environment", "python", "scorer", "device", "memory", "idle"):
        found.property_unset(name)
    extension.part("operators.user_preferences").apply(bpy.context)


@pytest.fixture
def session(preferences):
    return extension.part("operators.session").session


def page() -> list[str]:
    """What the preferences show."""
    context = extension.interface(1200, "PREFERENCES", "WINDOW")
    notes = Notes()
    data = context.preferences.addons[extension.MODULE].preferences
    room = extension.part("panels.room")
    room.draw_backend(notes, context, data)
    room.draw_network(notes, context)
    room.draw_folders(notes, context, data)
    room.draw_deleted(notes, context)
    return notes.shown


def measured() -> list[str]:
    """The page when everything on it has been looked up, as the timer brings it home."""
    lookups, timer = extension.part("operators.lookups").lookups, extension.part("operators.timer")
    page()
    extension.pump_until(extension.part("operators.session").session, lambda: not lookups.is_busy, timer.tick)
    return page()


def environ_of(pid: int) -> dict[str, str]:
    """What a process was started with."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(each.split("=", 1) for each in pairs if "=" in each)


def run_a_job(session) -> int:
    """The id of the process that ran it."""
    spec = extension.part("dreamfusion_blender.job").JobSpec(prompt="a red mug", seed=1)
    environment = extension.part("operators.backend_environment").environment_of(bpy.context)
    session.start(spec, (0.0, 0.0, 0.0), environment)
    extension.pump_until(session, lambda: session.work is None)
    assert session.error is None
    return extension.part("dreamfusion_blender.jobs").shared_backend().pid


def test_what_is_preferred_reaches_the_next_jobs_process(session, preferences, tmp_path):
    first = run_a_job(session)
    assert "DREAMFUSION_DEVICE" not in environ_of(first)
    preferences.cache, preferences.models = str(tmp_path / "cache"), str(tmp_path / "models")
    preferences.device, preferences.memory, preferences.idle = "cpu", 3.5, 2
    second = run_a_job(session)
    told = environ_of(second)
    assert second != first and told["DREAMFUSION_CACHE"] == str(tmp_path / "cache")
    assert told["DREAMFUSION_MODELS"] == str(tmp_path / "models") and told["DREAMFUSION_DEVICE"] == "cpu"
    assert (told["DREAMFUSION_MEMORY_GB"], told["DREAMFUSION_IDLE_SECONDS"]) == ("3.5", "120")
    assert run_a_job(session) == second  # nothing was changed: the same process serves on


def test_the_core_looks_where_the_preferences_say(preferences, tmp_path, monkeypatch):
    paths = extension.part("dreamfusion_blender.paths")
    monkeypatch.delenv("DREAMFUSION_ENV")
    before = paths.models_folder()
    preferences.cache = str(tmp_path / "cache")
    environment = extension.part("operators.backend_environment").environment_of(bpy.context)
    assert environment.folder.parent == tmp_path / "cache" and environment.problem() == "is not installed"
    preferences.models = str(tmp_path / "models")
    assert paths.models_folder() == tmp_path / "models"
    preferences.models = ""
    assert paths.models_folder() == before  # what Blender was started with holds again


def test_disabling_leaves_the_process_as_it_was(preferences, installed):
    preferences.device = "cpu"
    assert os.environ["DREAMFUSION_DEVICE"] == "cpu"
    bpy.ops.preferences.addon_disable(module=installed)
    assert "DREAMFUSION_DEVICE" not in os.environ
    bpy.ops.preferences.addon_enable(module=installed)


def test_sizes_are_measured_aside_and_drawing_never_waits(preferences, fake_backend):
    for number in range(40):
        folder = fake_backend / f"{number}"
        folder.mkdir()
        for other in range(100):
            (folder / f"{other}").write_bytes(b"1" * 1000)
    spans, shown = [], []
    for _ in range(TRIES):
        extension.part("operators.backend_environment").forget_environment()
        page()  # the status is looked up
        extension.part("operators.lookups").lookups.forget()
        began = clock.seconds()
        shown = page()
        spans.append(clock.seconds() - began)
    assert "Installed: measuring" in shown and min(spans) < LONGEST_DRAW
    assert "Installed: 4 MB" in measured()


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "empty"), (1500, "2 kB"), (12_340_000, "12.3 MB"), (1_390_000_000, "1.39 GB"), (2_500_000_000_000, "2500 GB")],
)
def test_sizes_read_well(installed, size, words):
    assert extension.part("operators.lookups").size_words(size) == words


def test_the_network_is_said_in_words_with_the_way_to_change_it(preferences, online):
    online(False)
    shown = " ".join(page())
    assert "stay offline" in shown and "extensions.userpref_show_online" in shown
    online(True)
    assert "Blender may go online: only Install Backend, Repair Backend" in " ".join(page())


def test_removing_leaves_no_backend_and_the_panel_says_what_is_missing(preferences, fake_backend):
    assert bpy.ops.dreamfusion.remove_backend() == {"FINISHED"}
    assert not fake_backend.exists()
    first = drawn("generate")
    assert first[0].startswith("The backend is not installed") and "dreamfusion.install_backend" in first[:5]
    measured()
    assert "GB to download" in " ".join(drawn("generate")[:3])
    with pytest.raises(RuntimeError, match="use Install Backend"):
        bpy.ops.dreamfusion.remove_backend()


def test_a_removal_in_a_window_runs_aside_and_ends_the_idle_backend(session, preferences, fake_backend):
    pid = run_a_job(session)
    session.start_removal(extension.part("operators.backend_environment").environment_of(bpy.context))
    assert drawn("generate")[0] == "Removing 0%" and "dreamfusion.cancel_install" not in drawn("generate")
    extension.pump_until(session, lambda: not session.install.is_busy, extension.part("operators.timer").tick)
    assert session.error is None and not fake_backend.exists()
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text()


def test_an_environment_that_is_not_ours_is_neither_repaired_nor_removed(preferences, fake_backend, online):
    online(True)
    (fake_backend / "dreamfusion-environment.json").unlink()
    for name in ("repair_backend", "remove_backend"):
        with pytest.raises(RuntimeError, match="left alone"):
            getattr(bpy.ops.dreamfusion, name)()
    assert fake_backend.exists()


@pytest.mark.parametrize("name", ["install_backend", "repair_backend", "remove_backend"])
def test_the_backend_is_left_alone_while_it_downloads_a_model(session, fake_backend, online, name):
    online(True)
    held = threading.Event()
    session.download.start("Downloading", lambda _report, _should_stop: held.wait())
    try:
        with pytest.raises(RuntimeError, match="A model is being downloaded: wait for it, or cancel it"):
            getattr(bpy.ops.dreamfusion, name)()
    finally:
        held.set()
    extension.pump_until(session, lambda: not session.is_busy)
    assert fake_backend.exists()


def test_deleted_jobs_are_emptied_by_their_button_and_the_size_follows(session, preferences):
    run_a_job(session)
    store = extension.part("dreamfusion_blender.store")
    (job,) = store.list_jobs()
    assert any(each.startswith("Deleted jobs: empty in") for each in measured())
    session.ready.clear()
    assert bpy.ops.dreamfusion.delete_job(job=job.name) == {"FINISHED"}
    removing = extension.part("dreamfusion_blender.removing")
    size = extension.part("dreamfusion_blender.files").bytes_on_disk(removing.deleted_folder())
    words = extension.part("operators.lookups").size_words(size)
    assert size > 1000 and f"Deleted jobs: {words} in {removing.deleted_folder()}" in measured()
    assert bpy.ops.dreamfusion.empty_deleted() == {"FINISHED"}
    assert any(each.startswith("Deleted jobs: empty in") for each in measured())
    with pytest.raises(RuntimeError, match="No deleted jobs"):
        bpy.ops.dreamfusion.empty_deleted()


def test_what_a_job_needs_is_said_while_it_runs_and_gone_with_it(session):
    need = "The job needs about 1.2 GB (an estimate)"
    extension.start_job(session, seed=ENDLESS)
    extension.pump_until(session, lambda: session.work.step > 0)
    session._take({"type": "note", "code": "preflight", "message": need}, session.work)
    assert need in " ".join(drawn("generate")) and not session.warnings
    session.ask("cancel")
    extension.pump_until(session, lambda: session.work is None)
    assert need not in " ".join(drawn("generate"))
