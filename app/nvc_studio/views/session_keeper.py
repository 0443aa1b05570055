"""What a window is working on: kept while it goes, saved as a project, opened again, and had back after a crash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from nvc_studio.models.kept_sessions import KeptSession
from nvc_studio.models.project import (
    SUFFIX,
    Project,
    ProjectError,
    ViewState,
    opening_of,
    project_bytes,
    read_project,
    source_of,
)
from nvc_studio.saving import SaveError, save_bytes
from nvc_studio.throttle import Throttle
from nvc_studio.translation import mark, tr
from nvc_studio.views.file_questions import ask_save
from nvc_studio.views.frame_geometry import Viewport
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.questions import show_problem

if TYPE_CHECKING:
    from nvc_studio.main_window import MainWindow

PROJECT_FILTER = mark("Project of NVC Studio (*{suffix})")
KEEP_MS = 2000


class SessionKeeper(QObject):
    """Reads the state of a window and puts it back.

    `begin` is called once the window is on the screen; until then nothing is kept, so that a window that never was
    leaves nothing behind.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._kept = KeptSession()
        self._begun = False
        self._awaited: ViewState | None = None
        self._throttle = Throttle(self._keep, KEEP_MS, self, leading=False)
        canvas = window.compare.canvas
        window.viewing.changed.connect(self._stirred)
        window.compare.frame_changed.connect(self._stirred)
        canvas.mode_changed.connect(self._stirred)
        canvas.view_changed.connect(self._stirred)
        canvas.view_changed.connect(self._look)
        window.queue.selected.connect(self._stirred)

    def begin(self, *, restore: bool) -> bool:
        """Take up what a window that crashed has left: at once, or (not `restore`) when the user says so. Returns
        whether there was anything."""
        left = self._kept.begin()
        self._begun = True
        if left is None:
            return False
        names = ", ".join(Path(source.path).name for source in left.sources)
        if restore:
            self.show(left)
            self._window.banner.say(
                tr("The studio ended unexpectedly; {names} is in view again as it was.", names=names)
            )
        else:
            self._window.banner.say(
                tr("The studio ended unexpectedly while {names} was in view.", names=names),
                tr("&Restore it"),
                lambda: self.show(left),
            )
        return True

    def end(self) -> None:
        """The window closes: there is nothing to be had back."""
        self._throttle.cancel()
        self._kept.leave()
        self._begun = False

    # --- projects -----------------------------------------------------------------------------------------------------

    def project(self) -> Project:
        """What the window is working on now."""
        window = self._window
        canvas = window.compare.canvas
        openings = [window.studio.sources.opening(source) for source in window.viewing.shown]
        return Project(
            sources=tuple(source_of(opening) for opening in openings if opening is not None),
            view=self._awaited
            or ViewState(
                window.compare.frame,
                canvas.mode.name,
                canvas.view.zoom,
                canvas.view.x,
                canvas.view.y,
                canvas.gain,
                canvas.divider,
            ),
            encode=window.encode.user_preset(),
            job=window.queue.chosen.id if window.queue.chosen else "",
        )

    def show(self, project: Project) -> None:
        """Bring a project into view."""
        window = self._window
        if project.job:
            window.queue.choose(project.job)
        if project.encode is not None and window.studio.codecs.codec(project.encode.codec) is not None:
            window.encode.take(project.encode)
        self._awaited = project.view
        window.viewing.restore([opening_of(source) for source in project.sources])

    def ask_save(self) -> None:
        """Ask where the project goes, and save it."""
        shown = self._window.viewing.shown
        start = self._window.studio.settings.folder / f"{Path(shown[0].title).stem if shown else 'project'}{SUFFIX}"
        ask_save(self._window, tr("Save project"), start, [tr(PROJECT_FILTER, suffix=SUFFIX)], SUFFIX[1:], self.save)

    def save(self, path: Path) -> None:
        """Save the project."""
        try:
            save_bytes(path, project_bytes(self.project(), path.absolute().parent))
        except SaveError as error:
            show_problem(self._window, str(error))
        else:
            self._window.studio.settings.add_recent(path)
            self._window.line.tell(tr("Saved {path}.", path=path))

    def open(self, path: Path) -> None:
        """Open a project's file."""
        try:
            project = read_project(path)
        except ProjectError as error:
            show_problem(self._window, str(error), tr("Cannot open"))
            return
        self._window.studio.settings.add_recent(path)
        self.show(project)

    # --- inside -------------------------------------------------------------------------------------------------------

    @Slot()
    def _stirred(self) -> None:
        if self._begun:
            self._throttle()

    def _keep(self) -> None:
        try:
            self._kept.keep(self.project())
        except SaveError as error:
            self._begun = False
            self._window.banner.say(tr("What is in view is not kept for after a crash: {reason}", reason=error))

    @Slot()
    def _look(self) -> None:
        """Look at a project's pictures as it says, as soon as they are there."""
        compare, state = self._window.compare, self._awaited
        if state is None or not any(compare.canvas.pictures):
            return
        self._awaited = None
        canvas = compare.canvas
        if state.mode in ViewMode.__members__:
            canvas.set_mode(ViewMode[state.mode])
        canvas.set_gain(state.gain)
        canvas.set_divider(state.divider)
        canvas.set_view(Viewport(state.zoom, state.x, state.y))
        compare.show_frame(state.frame)
