"""Pictures through shared memory: a ring of slots that the window makes and the engine's processes write into.

Who asks for a picture names a free slot; who answers has written it before the answer is sent; the asker copies it out
before the slot is named again. So no lock is needed. A ring's name carries its maker's process number, and rings whose
maker is gone are swept at start.
"""

import os
import secrets
import sys
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path

PREFIX = "nvc-ring"


class FrameRing:
    """`slots` areas of `slot_bytes` bytes each, shared under `name`.

    Attributes:
        name: what another process attaches by.
        slots: number of slots.
        slot_bytes: bytes in each; a picture of w x h in BGRX needs 4*w*h.
    """

    def __init__(self, memory: shared_memory.SharedMemory, slots: int, slot_bytes: int, *, owner: bool) -> None:
        self._memory = memory
        self._owner = owner
        self.slots = slots
        self.slot_bytes = slot_bytes
        self.name = f"{memory.name}:{slots}:{slot_bytes}"

    @classmethod
    def create(cls, slots: int, slot_bytes: int) -> "FrameRing":
        """Make a ring. Raises OSError where the shared memory cannot be had."""
        memory = shared_memory.SharedMemory(
            name=f"{PREFIX}-{os.getpid()}-{secrets.token_hex(4)}", create=True, size=slots * slot_bytes
        )
        return cls(memory, slots, slot_bytes, owner=True)

    @classmethod
    def attach(cls, name: str) -> "FrameRing":
        """Attach to a ring by its `name`.

        Raises:
            ValueError: the name is not of a ring, or the memory is smaller than it says.
            OSError: there is no such memory (its maker has gone).
        """
        memory_name, slots, slot_bytes = _parse(name)
        if sys.version_info >= (3, 13):
            memory = shared_memory.SharedMemory(name=memory_name, track=False)
        else:
            memory = shared_memory.SharedMemory(name=memory_name)
            # Before 3.13 the attaching side's tracker would unlink the owner's memory (python/cpython #82300).
            resource_tracker.unregister(memory._name, "shared_memory")  # type: ignore[attr-defined]
        if memory.size < slots * slot_bytes:
            memory.close()
            raise ValueError(f"the ring {memory_name} is smaller than its name says")
        return cls(memory, slots, slot_bytes, owner=False)

    def slot(self, index: int) -> memoryview:
        """The writable bytes of one slot.

        Raises:
            ValueError: there is no slot of that number.
        """
        if not 0 <= index < self.slots:
            raise ValueError(f"slot {index} of {self.slots}")
        assert self._memory.buf is not None
        return self._memory.buf[index * self.slot_bytes : (index + 1) * self.slot_bytes]

    def close(self) -> None:
        """Let go of the memory; its maker also removes it. Views of slots must have been released. Twice is no harm."""
        self._memory.close()
        if self._owner:
            self._owner = False
            self._memory.unlink()


def _parse(name: str) -> tuple[str, int, int]:
    parts = name.split(":")
    if len(parts) != 3 or not parts[0].lstrip("/").startswith(PREFIX):
        raise ValueError(f"{name!r} is not the name of a ring")
    slots, slot_bytes = int(parts[1]), int(parts[2])
    if not (0 < slots <= 64 and 0 < slot_bytes <= 1 << 30):
        raise ValueError(f"{name!r} has an impossible size")
    return parts[0], slots, slot_bytes


def sweep() -> None:
    """Remove rings whose maker no longer runs (POSIX shared memory only; elsewhere they end with their maker)."""
    folder = Path("/dev/shm")
    for path in folder.glob(f"{PREFIX}-*") if folder.is_dir() else ():
        try:
            os.kill(int(path.name.split("-")[2]), 0)
        except ProcessLookupError:
            path.unlink(missing_ok=True)
        except (ValueError, IndexError, PermissionError, OverflowError):
            continue
