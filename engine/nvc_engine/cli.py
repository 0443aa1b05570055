"""`nvc-engine`: everything that the window does, in the terminal.

Results go to stdout, progress to stderr. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. What is heavy
is imported by the verb that needs it, so that `--help` answers at once.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType

from nvc_engine.cli_options import parse
from nvc_engine.errors import EngineError, UsageError

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # torch's threads are not to spin where others want to work
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else FAILED
    try:
        with _ending_like_ctrl_c():
            status = int(options.run(options))
            sys.stdout.flush()
        return status
    except UsageError as error:
        return _complain(error, USAGE)
    except EngineError as error:
        return _complain(error, FAILED)
    except KeyboardInterrupt:
        print("nvc-engine: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more may be flushed into it, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _complain(EngineError(_disk_sentence(error)), FAILED)
    except MemoryError:
        return _complain(EngineError("There is not enough memory for this."), FAILED)


def _complain(error: EngineError, status: int) -> int:
    sentence = " ".join(str(error).split())
    print(f"nvc-engine: {sentence}", file=sys.stderr)
    return status


def _disk_sentence(error: OSError) -> str:
    where = f"{error.filename} cannot be used" if error.filename else "The system refused"
    return f"{where}: {error.strerror or error}."


@contextlib.contextmanager
def _ending_like_ctrl_c() -> Iterator[None]:
    """Take a request to terminate, or a terminal that is closed, as Ctrl-C is taken: jobs are left checkpointed."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
