"""The `.nvc` container, as the rest of the engine uses it: header, units, writer, reader, and their errors.

`FORMAT.md` beside this file writes the format down; what it allows at most stands in `limits`.
"""

from nvc_engine.bitstream.errors import ContainerError, DamagedUnitError, NewerFileError
from nvc_engine.bitstream.header import Header
from nvc_engine.bitstream.index import Unit
from nvc_engine.bitstream.limits import MAX_FRAMES, MAX_PIXELS, MAX_SIDE
from nvc_engine.bitstream.reader import NvcReader
from nvc_engine.bitstream.signature import is_nvc
from nvc_engine.bitstream.survey import Damage
from nvc_engine.bitstream.writer import NvcWriter, UnitData, overhead_bytes, write_nvc

__all__ = [
    "MAX_FRAMES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "ContainerError",
    "Damage",
    "DamagedUnitError",
    "Header",
    "NewerFileError",
    "NvcReader",
    "NvcWriter",
    "Unit",
    "UnitData",
    "is_nvc",
    "overhead_bytes",
    "write_nvc",
]
