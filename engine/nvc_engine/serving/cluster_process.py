"""The process that spreads waiting jobs over a cluster, for as long as there is an address of one."""

import contextlib
import logging
import os
import subprocess
import threading
import time
from collections.abc import Callable

from nvc_engine.serving.child import creation_flags, verb

log = logging.getLogger(__name__)

SECONDS_BETWEEN_TRIES = 60.0


class ClusterProcess:
    """Keeps `nvc-engine cluster ADDRESS` running; one that ends is started again a minute later.

    `say` is told, in a thread of its own, what the process has to say: sentences.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._address = ""
        self._process: subprocess.Popen[str] | None = None
        self._not_before = 0.0

    def follow(self, address: str) -> None:
        """Have it work for the cluster at `address`, or ("") for none. Returns at once; to be called ever again."""
        if address != self._address:
            self._end()
            self._address, self._not_before = address, 0.0
        if not address or (self._process is not None and self._process.poll() is None):
            return
        if time.monotonic() < self._not_before:
            return
        self._not_before = time.monotonic() + SECONDS_BETWEEN_TRIES
        try:
            self._process = subprocess.Popen(
                verb("cluster", "--child", "--", address),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=os.name == "posix",
                creationflags=creation_flags(),
            )
        except OSError:
            log.exception("the cluster's process cannot be started")
            return
        threading.Thread(target=self._listen, args=(self._process,), name="cluster", daemon=True).start()

    def _end(self) -> None:
        """Ask the process to leave its jobs to be continued, and go."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.terminate()
            self._process = None

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        with process.stderr as pipe:
            for line in pipe:
                sentence = line.strip().removeprefix("nvc-engine: ")
                if sentence:
                    log.info("cluster: %s", sentence)
                    self._say(sentence)
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
