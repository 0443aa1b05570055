"""The codecs and devices that the engine offers."""

from PySide6.QtCore import QObject, Signal, Slot

from nvc_engine.protocol.messages import CodecFacts, Codecs, DescribeCodecs, Failed, PresetFacts
from nvc_studio.engine_client import EngineClient
from nvc_studio.models.engine_status import EngineStatus


class CodecsModel(QObject):
    """Asks for the codecs each time the engine becomes ready.

    Signals:
        changed: codecs or devices are there, or are others than before.
        refused: the engine could not describe its codecs; a sentence.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, client: EngineClient, status: EngineStatus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.codecs: tuple[CodecFacts, ...] = ()
        self.devices: tuple[str, ...] = ("auto",)
        status.became_ready.connect(self._ask)

    def codec(self, name: str) -> CodecFacts | None:
        """The codec of that name, or None."""
        return next((codec for codec in self.codecs if codec.name == name), None)

    def set_codecs(self, codecs: Codecs) -> None:
        """Take over what the engine described."""
        if (codecs.codecs, codecs.devices) == (self.codecs, self.devices):
            return
        self.codecs, self.devices = codecs.codecs, codecs.devices
        self.changed.emit()

    @Slot()
    def _ask(self) -> None:
        self._client.ask(DescribeCodecs(self._client.next_request()), self._answered)

    def _answered(self, answer: object) -> None:
        if isinstance(answer, Codecs):
            self.set_codecs(answer)
        elif isinstance(answer, Failed):
            self.refused.emit(answer.sentence)


def preset(codec: CodecFacts, name: str) -> PresetFacts | None:
    """The preset of that name; "" is the codec's default one."""
    if not name:
        return codec.presets[0] if codec.presets else None
    return next((one for one in codec.presets if one.name == name), None)
