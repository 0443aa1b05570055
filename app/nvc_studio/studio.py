"""Everything of the studio but its widgets: the client and the models that hear it, made once and passed on."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from nvc_studio.engine_client import EngineClient
from nvc_studio.models.codecs import CodecsModel
from nvc_studio.models.engine_status import EngineStatus
from nvc_studio.models.exports import ExportModel
from nvc_studio.models.jobs import JobsModel
from nvc_studio.models.measuring import MeasureModel
from nvc_studio.models.planning import PlanModel
from nvc_studio.models.preview import PreviewModel
from nvc_studio.models.settings import StudioSettings
from nvc_studio.models.source_library import SourceLibrary
from nvc_studio.models.sweeps import SweepModel
from nvc_studio.models.user_presets import UserPresets
from nvc_studio.theme import Theme


class Studio(QObject):
    """The models of one window.

    Attributes:
        client: the only way to the engine; `start` it when the window is on the screen.
        status, codecs, sources, plans, jobs, preview, exports, measures, sweeps: what the views hear.
        settings: what is remembered between runs; presets: the user's own; `theme`: the colours.
    """

    def __init__(
        self, application: QApplication, settings_file: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.settings = StudioSettings(settings_file, self)
        self.theme = Theme(application, self.settings.scheme, self)
        self.client = EngineClient(self)
        self.status = EngineStatus(self.client, self)
        self.presets = UserPresets(self)
        self.codecs = CodecsModel(self.client, self.status, self)
        self.sources = SourceLibrary(self.client, self.status, self)
        self.plans = PlanModel(self.client, self.status, self)
        self.jobs = JobsModel(self.client, self)
        self.preview = PreviewModel(self.client, self.status, self)
        self.exports = ExportModel(self.client, self)
        self.measures = MeasureModel(self.client, self)
        self.sweeps = SweepModel(self.client, self)

    def close(self, *, stop_jobs: bool) -> None:
        """Let the engine go; what runs there is paused (`stop_jobs`) or finished without a window."""
        self.preview.stop()
        self.client.close(stop_jobs)
