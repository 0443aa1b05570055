"""Starts worker processes of the tiny codec in no time: everything is imported once, and each worker is a fork of that.

Speaks lines: it hears of a studio folder and the name of a job, and says the worker's process number, then how that
ended. What is to be tried here is what a kill leaves on the disk, which does not hang on how the process was started.
"""

import os
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def work(job: str) -> None:
    """Do a job in this process."""
    from mean_codec import MeanCodec

    from nvc_engine.codecs import registry
    from nvc_engine.jobs.running import JobRun
    from nvc_engine.jobs.store import JobStore

    with registry.registered(MeanCodec()), JobStore() as store:
        JobRun(store, job, lambda message: None).run()


def main() -> None:
    import mean_codec  # noqa: F401

    import nvc_engine.jobs.running  # noqa: F401

    say("ready")
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            try:
                os.environ["NVC_HOME"], job = line.rstrip("\n").split("\t")
                work(job)
            except BaseException:  # noqa: BLE001 - a fork that came back would be a second zygote
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        say(pid)
        _, status = os.waitpid(pid, 0)
        say(status)


if __name__ == "__main__":
    main()
