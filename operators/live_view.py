"""Follows the job at work in the scene: one object that is updated in place and in the end becomes the asset."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import bpy

from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.inputs import Placement
from ..dreamfusion_blender.scene import add_asset, live
from ..dreamfusion_blender.scene.standing import is_shown, stand
from ..dreamfusion_blender.store import JobFolder
from . import originals, prior_view
from .background import Background
from .cancelled_objects import Leaving
from .hands_off import may_keep, may_write
from .home import stage_of
from .known_object import KnownObject
from .left_objects import Left, left_objects
from .pace import Pace
from .places import standing_jobs
from .preview import Shape, load
from .work import Home, Location, Work

if TYPE_CHECKING:
    from bpy.types import Object

    from ..dreamfusion_blender.scene.stage import Stage

Standing = Literal["new", "standing", "deleted", "edited", "elsewhere", "broken"]
"""Of the live object: not there yet, there, deleted by the user, changed by the user, in another file, or one that
could not be written."""


class LiveView:
    """What is known of the present job's object."""

    def __init__(self) -> None:
        self.standing: Standing = "new"
        self._job = ""  # the job's id
        self._home: Home | None = None  # the scene that its object belongs to
        self._known = KnownObject()
        self._placement: Placement | None = None  # where the job itself says that it stands
        self._covered: Placement | None = None  # where the one stands whose place it takes
        self._hides = True  # that one; not after the user has shown it again
        self._shown = 0  # which of the job's previews
        self._shape: Shape | None = None  # the one that was written last
        self._loading: tuple[int, Background[Shape | None]] | None = None
        self._pace = Pace()
        self._had_mesh = False  # right before an undo
        self._unheld = 0  # the session id of the object, where no undo step holds it

    def follow(self, work: Work | None) -> bool:
        """Bring the object up to the job's latest preview, if it may be touched now; returns whether it changed.

        Raises JobDamaged once where the job does not say where it stands; it then stands where it was started.
        """
        if work is None:
            return self._stand_up_unheld()
        if work.job is None:
            return False
        if work.job.id != self._job:
            self._begin(work, work.job)
        if self.standing == "new" and self._stage() is None:
            self.standing = "elsewhere"
        if self.standing == "standing" and self.object() is None:
            self.standing = "deleted"
        if self.standing not in ("new", "standing"):
            return False
        try:
            return self._stand_up_again() or self._read(work)
        except Exception:
            self.standing = "broken"  # or each preview would fail once more
            raise

    def object(self) -> Object | None:
        """The live object, where it still is in some scene."""
        return self._known.find()

    def is_welcome(self, work: Work) -> bool:
        """Whether a finished job's asset may come into its scene now, as an undo step."""
        return may_keep(self.stage_for(work) or bpy.context)

    def stage_for(self, work: Work) -> Stage | None:
        """Where a finished job's asset belongs; None: that scene is gone, or its file."""
        is_known = work.job is not None and work.job.id == self._job
        return stage_of(self._home if is_known else work.home)

    def bring_home(self, work: Work, asset: Asset) -> bool:
        """Put the finished asset where its job's object stands, or beside it if that was changed.

        False where it is only to be offered: the user deleted the object, or opened another file, or it could not be
        written. Raises JobDamaged.
        """
        assert work.job is not None
        if work.job.id != self._job:
            self._begin(work, work.job)  # over before anything was seen of it
        if self.standing in ("elsewhere", "broken"):
            return False
        standing = self.object() if self.standing == "standing" else None
        untouched = standing if standing is not None and live.is_untouched(standing) else None
        live.release(self._job)  # copies that were kept of it, too, or a later Import would take one for the object
        if standing is None and self.standing in ("standing", "deleted"):
            return False
        if untouched is not None:
            live.settle(untouched, asset)
        elif (stage := self._stage()) is None:
            return False
        else:
            with stage.in_use():
                made = add_asset(asset, stage, work.location)
                if self._covered is not None:
                    originals.hide(self._job, self._covered)
            if self.standing == "new":
                self._known.put_back(made)  # where an undo took it away a moment ago
        self.reset()
        return True

    def let_go(self) -> Leaving:
        """The job was thrown away: its object is to go, too, and is no longer followed."""
        leaving = Leaving(self._job, self._known, self._home, self._covered)
        self.reset()
        return leaving

    def leave(self) -> Left | None:
        """Its job has ended without an asset: the object stays as it is. None: there is none."""
        return None if self.object() is None else Left(self._known, self._home)

    @property
    def is_unheld(self) -> bool:
        """Whether the object of an ended job stands that no undo step holds, since an undo had taken it away.

        A step right after that undo would take away everything that could be redone, and be undone next.
        """
        found = self.object()
        return found is not None and found.session_uid == self._unheld

    def before_undo(self) -> None:
        """Remember what the undo may take back: that the object was made, and that what it covers is hidden."""
        self._had_mesh = self._known.has_mesh
        stage = self._stage()
        if self._had_mesh and self._covered is not None and stage is not None:
            self._hides = not is_shown(self._covered, stage.view_layer)
        if self.standing == "standing" and stage is not None and may_write():
            self._known.step_out(stage)

    def after_undo(self) -> None:
        """Undo steps know nothing of previews, and may not know the object: take up what there is now.

        An older state is brought up to date. Where there was no object yet, it is made again with the next `follow`,
        also if the user had deleted it: that is undone as well. What was undone or redone beside a deleted object
        leaves it deleted.
        """
        if (stage := self._stage()) is not None:
            self._known.step_in(stage)
        if self.standing in ("standing", "deleted", "edited"):
            found = live.find_live(self._job, self.object())
            if found is not None:
                self._adopt(found)
            elif self._had_mesh and not self._known.has_mesh:
                self.standing = "new"
            self._shown = 0

    def after_load(self) -> None:
        """Another file: the object is in it only if that was saved during this very job."""
        if self._job:
            found = live.find_live(self._job)
            if found is not None:
                self._adopt(found)
                self._home = None  # its scene has another session id now
                originals.know_home(self._job)
            else:
                self.standing = "elsewhere"

    def reset(self) -> None:
        """Know of no object any more; whatever stands stays, and an undo step will hold it."""
        if self.is_unheld:
            left_objects.add(Left(self._known, self._home))
        prior_view.forget()
        self.__init__()

    def _stage(self) -> Stage | None:
        """Where its object belongs; None: that scene is gone, or its file."""
        return stage_of(self._home)

    def _begin(self, work: Work, job: JobFolder) -> None:
        """Another job: take up its object, where it has one already."""
        self.reset()
        self._job, self._home = job.id, work.home
        self._placement = Placement.of(job.path)
        self._covered = self._placement if job.spec.origin is None else None
        found = live.find_live(job.id)
        if found is not None:
            self._adopt(found)
        if self._stage() is not None and (work.is_new or found is not None):
            originals.know_home(job.id)

    def _adopt(self, found: Object) -> None:
        self._known.adopt(found)
        self.standing, self._shown = "standing", 0

    def _read(self, work: Work) -> bool:
        """Read the latest preview in a thread; when it is here, write it."""
        if not self._may_touch():
            return False
        if self._loading is None:
            if work.preview is not None and work.previews != self._shown and self._pace.is_due():
                path, size, most = work.preview, work.spec.size, self._pace.triangles()
                placement = self._placement
                self._loading = work.previews, Background(lambda: load(path, size, most, placement))
            return False
        number, reading = self._loading
        if not reading.has_ended:
            return False
        self._loading, self._shown = None, number
        shape = reading.result()
        return shape is not None and self._write(work, shape)

    def _may_touch(self) -> bool:
        """Whether the mesh may change now, or the object be added: not under somebody's hands."""
        where = self.object() if self.standing == "standing" else self._stage()
        return where is not None and where.mode == "OBJECT" and may_write()

    def _write(self, work: Work, shape: Shape) -> bool:
        began = time.perf_counter()
        found = self.object()
        if self.standing == "new":
            found = self._stand_up(work.spec.prompt, work.location)
        if found is None:
            return False
        if not live.is_untouched(found):
            self.standing = "edited"
            live.release(self._job)
            return True
        live.write_preview(found, live.Preview(shape.vertices, shape.triangles, shape.colours))
        self._shape = shape
        prior_view.show(shape.picture)
        self._known.note_place(found)
        # Blender would do this before the next redraw; done here it is part of what is measured.
        bpy.context.view_layer.update()
        self._pace.took(time.perf_counter() - began, len(shape.triangles))
        return True

    def _stand_up(self, prompt: str, location: Location) -> Object:
        """Make the object; after an undo that took it away, as it was called and where it stood."""
        stage = self._stage()
        assert stage is not None  # or it might not have been touched
        with stage.in_use():
            if self._covered is not None and self._hides:
                # First: it is selected as a rule, and what is new takes no one's selection.
                stage.view_layer.update()  # or right after an undo it stands at the world's origin
                originals.hide(self._job, self._covered)
            made = live.add_live(self._known.name or prompt, self._job, stage, location)
            if self._placement is not None:
                is_beside = self._covered is None or self._job in standing_jobs()
                stand(made, self._placement, location if is_beside else None)
            self._known.put_back(made)
        self._known.adopt(made)
        self.standing = "standing"
        return made

    def _stand_up_again(self) -> bool:
        """Put back what an undo took away, without waiting for another preview; returns whether it did."""
        if self.standing != "new" or self._shape is None or not self._may_touch():
            return False
        made = self._stand_up("", (0.0, 0.0, 0.0))
        live.write_preview(made, live.Preview(self._shape.vertices, self._shape.triangles, self._shape.colours))
        return True

    def _stand_up_unheld(self) -> bool:
        """The same for a job that has ended, after which no other step will hold the object."""
        found = self.object() if self._stand_up_again() else None
        if found is not None:
            self._unheld = found.session_uid
        return found is not None


view = LiveView()  # the one of this Blender
