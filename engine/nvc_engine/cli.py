"""`nvc-engine`: everything that the window does, in the terminal.

Results go to stdout, progress to stderr. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. What is heavy
is imported by the verb that needs it, so that `--help` answers at once.
"""

import contextlib
import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from types import FrameType

import nvc_engine
from nvc_engine.cli_options import parse
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.protocol import places

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # torch's threads are not to spin where others want to work
    _forgive_names()
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
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in a sentence
        return _complain(EngineError(_own_fault(error)), FAILED)


def _complain(error: EngineError, status: int) -> int:
    sentence = " ".join(str(error).split())
    print(f"nvc-engine: {sentence}", file=sys.stderr)
    return status


def _own_fault(error: Exception) -> str:
    """The sentence on an error that nobody foresaw; its trace goes where a report can take it from."""
    words = str(error).lower()
    if "out of memory" in words or "not enough memory" in words or "allocate memory" in words:
        return "There is not enough memory for this."
    what = f"{type(error).__name__}: {(str(error).splitlines() or ['no more is known'])[0][:200]}"
    sentence = f"An error in the studio itself ended this ({what})"
    trace = "".join(traceback.format_exception(error))
    try:
        path = places.home() / "error.txt"
        path.write_text(f"nvc-engine {nvc_engine.__version__}\n{trace}", "utf-8", "backslashreplace")
    except OSError:
        return f"{sentence}; please report it."
    return f"{sentence}; please report it with {path}."


def _forgive_names() -> None:
    """A file's name may hold what the terminal cannot show; it is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


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
