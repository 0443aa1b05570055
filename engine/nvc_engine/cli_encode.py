"""`encode`, `resume` and `stop`: a job in the foreground of a terminal."""

import argparse
from dataclasses import asdict

from nvc_engine.cli_foreground import Foreground, go_on, order_and_run
from nvc_engine.cli_options import job_request
from nvc_engine.cli_printing import print_json, result_line, say
from nvc_engine.jobs.admission import check_places
from nvc_engine.jobs.lock import KEEPER, JobLock
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol.messages import JobFacts, JobState, JobVerb

_DONE, _INTERRUPTED = 0, 130
_LONG = ("per_frame_psnr_y", "per_frame_psnr_yuv", "per_frame_ms_ssim", "per_frame_xpsnr", "frame_bytes")


def encode(options: argparse.Namespace) -> int:
    """Order an encode, do it here, and print what it is worth."""
    request = job_request(options)
    check_places(request, overwrite=request.overwrite)
    with JobStore() as store:
        return _told(order_and_run(store, request), as_json=options.json)


def resume(options: argparse.Namespace) -> int:
    """Go on with a job where it was."""
    with JobStore() as store:
        return _told(go_on(store, store.get(options.job).id), as_json=options.json)


def stop(options: argparse.Namespace) -> int:
    """Have a running job finish soon; finish one that does not run here."""
    with JobStore() as store:
        facts = store.recover_one(options.job)
        if facts.state is JobState.RUNNING:
            store.command(facts.id, JobVerb.STOP)
            say(f"the job {facts.id} finishes with the best that it has so far")
            return _DONE
        with JobLock(store.folder(facts.id), KEEPER):
            if facts.state is JobState.WAITING:
                store.command(facts.id, JobVerb.PAUSE)
            store.command(facts.id, JobVerb.STOP)
            return _told(Foreground(store, facts.id).run(), as_json=options.json)


def _told(facts: JobFacts | None, *, as_json: bool) -> int:
    """Print what a job has come to; the exit status."""
    if facts is None:
        return _INTERRUPTED
    assert facts.result is not None
    if as_json:
        short = {key: value for key, value in asdict(facts.result).items() if key not in _LONG}
        print_json({**short, "path": facts.request.output, "job": facts.id})
    else:
        print(f"{facts.request.output}: {result_line(facts.result)}")
    return _DONE
