"""What a file's header holds for SEVC: which weights, and how often features are taken anew.

configuration := preset text, digest of weights and laws [16], refresh uv
"""

from dataclasses import dataclass

from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import FieldReader, text_field, uvarint
from nvc_engine.codecs.sevc.models import DIGEST_BYTES
from nvc_engine.codecs.sevc.widths import PRESETS
from nvc_engine.errors import EngineError

REFRESH = 32
_MAX_REFRESH = 1 << 16
_MAX_NAME = 64


@dataclass(frozen=True)
class Configuration:
    """The header's part that is SEVC's own."""

    preset: str
    digest: bytes
    refresh: int = REFRESH

    def pack(self) -> bytes:
        return text_field(self.preset) + self.digest + uvarint(self.refresh)

    @classmethod
    def unpack(cls, data: bytes) -> "Configuration":
        """Raises EngineError where the bytes are no configuration of this version."""
        fields = FieldReader(data)
        try:
            preset = fields.text(_MAX_NAME)
            read = cls(preset, fields.take(DIGEST_BYTES), fields.uvarint(_MAX_REFRESH, minimum=2))
            fields.end()
        except MalformedError as error:
            raise EngineError("The file's description of its SEVC network is damaged.") from error
        if preset not in PRESETS:
            raise EngineError(f"This file needs SEVC's preset '{preset[:20]}', which this version does not have.")
        return read
