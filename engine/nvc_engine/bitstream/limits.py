"""What a `.nvc` may hold at most; writers refuse more, readers refuse before they take memory."""

MAX_SIDE = 16384
MAX_PIXELS = 1 << 27
MAX_FRAMES = 1 << 20
MAX_UNITS = 1 << 16
MAX_OTHER_CHUNKS = 256
MAX_TIMESTAMP = 1 << 62
MAX_HEAD_BYTES = 1 << 10
MAX_CONFIG_BYTES = 1 << 20
MAX_PROVENANCE_BYTES = 1 << 16
MAX_UNIT_BYTES = 1 << 29
MAX_TRACK_BYTES = 5 << 28
MAX_NAME_CHARACTERS = 32
