"""Decoded files and reports leave the studio: one export at a time, with progress, and it can be given up."""

from pathlib import Path

from nvc_engine.protocol.messages import AskExport, AskReport, RawSpec
from nvc_studio.models.errands import ErrandModel

REPORT = "report.html"


class ExportModel(ErrandModel):
    """One running export (see `ErrandModel` for its signals)."""

    def start(self, source: Path, output: Path, *, overwrite: bool, first: int | None, stop: int | None) -> None:
        """Decode `source` (.nvc) to `output`; frames `first`..`stop` of it, or all."""
        request = self._client.next_request()
        self._begin(request, AskExport(request, str(source), str(output), first, stop, overwrite), output)

    def report(
        self,
        source: Path,
        folder: Path,
        raw: RawSpec | None = None,
        *,
        anchor: str = "",
        method: str = "pchip",
        published: str = "",
    ) -> None:
        """Write everything that is known of the encodes of `source` into `folder`; the report is what is finished.

        `anchor`, `method` and `published` are those of `AskReport`.
        """
        request = self._client.next_request()
        asked = AskReport(request, str(source), str(folder), raw, anchor, method, published)
        self._begin(request, asked, folder / REPORT)
