"""`nvc-engine serve`: the studio's engine process. It brokers, and so imports neither torch nor a video library."""

import faulthandler
import logging
import signal
import sys

from nvc_engine.errors import EngineError
from nvc_engine.serving.engine import Engine
from nvc_engine.serving.instance import AlreadyRunning, InstanceLock


class HomeError(EngineError):
    """The studio's data folder cannot be used."""


def main(linger: float) -> int:
    """Serve the windows of one home folder until nobody needs the engine; returns the exit status.

    Args:
        linger: seconds to stay after the last window has gone and the last job has ended.

    Raises:
        EngineError: the engine cannot start, with a sentence why.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s engine %(levelname)s %(message)s")
    faulthandler.enable()
    try:
        lock = InstanceLock()
    except AlreadyRunning:
        sys.stderr.write("An engine runs already for this home folder.\n")
        return 0
    except OSError as error:
        raise HomeError(f"The studio's data folder cannot be written: {error}.") from error
    try:
        engine = Engine(linger)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: engine.stop())
        engine.run()
    finally:
        lock.release()
    return 0
