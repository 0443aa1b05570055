"""The machine is kept from falling asleep while an encode runs; the screen may go dark."""

import contextlib
import ctypes
import logging
import os
import shutil
import subprocess
import sys

log = logging.getLogger(__name__)

_WINDOWS_CONTINUOUS, _WINDOWS_SYSTEM_REQUIRED = 0x80000000, 0x00000001
_SECONDS_TO_END = 2.0


class Awake:
    """Holds sleep off between `hold` and `release`, both of which may be called again and again.

    To be called by one thread. Ends with this process, however that ends: on Linux by systemd-inhibit, whose command
    reads a pipe of ours to its end; on macOS by caffeinate, which watches us; on Windows by the thread's own state.
    """

    def __init__(self) -> None:
        self._held = False
        self._helper: subprocess.Popen[bytes] | None = None

    @property
    def held(self) -> bool:
        """Whether sleep is held off, as far as this machine lets us."""
        return self._held

    def hold(self, why: str) -> None:
        """Keep the machine awake; `why` is what the system tells a person who looks."""
        if self._held:
            return
        self._held = True
        if sys.platform == "win32":
            _tell_windows(_WINDOWS_CONTINUOUS | _WINDOWS_SYSTEM_REQUIRED)
            return
        command = inhibitor(why)
        if command is None:
            log.info("nothing here can keep the machine awake: systemd-inhibit or caffeinate is missing")
            return
        try:
            self._helper = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            log.warning("the machine cannot be kept awake: %s", error)

    def release(self) -> None:
        """Let the machine sleep again."""
        if not self._held:
            return
        self._held = False
        if sys.platform == "win32":
            _tell_windows(_WINDOWS_CONTINUOUS)
        helper, self._helper = self._helper, None
        if helper is None:
            return
        assert helper.stdin is not None
        with contextlib.suppress(OSError):
            helper.stdin.close()
        if sys.platform == "darwin":
            helper.terminate()
        try:
            helper.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            helper.kill()
            helper.wait()


def inhibitor(why: str) -> list[str] | None:
    """The command that keeps this machine awake for as long as it runs, or None where there is none."""
    if sys.platform == "darwin":
        return ["caffeinate", "-i", "-w", str(os.getpid())] if shutil.which("caffeinate") else None
    found = shutil.which("systemd-inhibit")
    if found is None:
        return None
    return [found, "--what=sleep:idle", "--who=NVC Studio", f"--why={why}", "--mode=block", "cat"]


def _tell_windows(state: int) -> None:
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetThreadExecutionState(state)
