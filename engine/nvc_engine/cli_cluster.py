"""`cluster`: do the jobs that wait on a Ray cluster."""

import argparse
import os
import signal
import threading
from types import FrameType

from nvc_engine.cli_printing import say
from nvc_engine.cluster.queue import ClusterQueue
from nvc_engine.jobs.store import JobStore

_DONE = 0


def cluster(options: argparse.Namespace) -> int:
    """Do the jobs that wait and those that come, until Ctrl-C; what is under way then is continued by whoever comes."""
    with (
        JobStore() as store,
        ClusterQueue(store, options.address, processors=options.processors, say=say) as queue,
    ):

        def leave(number: int, frame: FrameType | None) -> None:
            queue.leave()

        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, leave)
        if options.child:
            threading.Thread(target=_leave_with_the_parent, args=(queue,), name="parent", daemon=True).start()
        queue.run(until_done=options.once)
    return _DONE


def _leave_with_the_parent(queue: ClusterQueue) -> None:
    while os.read(0, 1 << 12):
        continue
    queue.leave()
