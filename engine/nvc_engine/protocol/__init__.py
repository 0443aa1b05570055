"""Plain data of the wire between window, engine process and workers. Floor 1; standard library only.

This is the only package of the engine that the window imports. `messages` holds what is said, `wire` turns it into
JSON and back with validation, `ring` shares pictures through memory, `places` says where the running engine is found.
"""

PROTOCOL_VERSION = 1
