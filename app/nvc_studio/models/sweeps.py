"""Comparisons of codecs on a clip: one at a time; its encodes appear in the queue as jobs like others."""

from pathlib import Path

from nvc_engine.protocol.messages import AskSweep, SweepRequest
from nvc_studio.models.errands import ErrandModel
from nvc_studio.models.exports import REPORT


class SweepModel(ErrandModel):
    """One running sweep (see `ErrandModel` for its signals); the report is what is finished."""

    def start(self, sweep: SweepRequest) -> None:
        """Do what of `sweep` is not done yet."""
        request = self._client.next_request()
        self._begin(request, AskSweep(request, sweep), Path(sweep.folder) / REPORT)
