"""The errors that a person is meant to read."""


class EngineError(Exception):
    """Base of every error whose text is one sentence for a person: what went wrong, with what, and what to do."""


class UsageError(EngineError):
    """The request itself is wrong: an unknown setting, goals that exclude each other. The terminal exits with 2."""
