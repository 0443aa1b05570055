"""`jobs`, `pause`, `cancel`, `priority`, `edit`, `move`, `queue` and `log`: the list of jobs, whoever runs them."""

import argparse
from dataclasses import replace
from pathlib import Path

from nvc_engine.cli_options import edited_request
from nvc_engine.cli_printing import print_json, print_table
from nvc_engine.jobs.admission import check_places
from nvc_engine.jobs.diagnostics import diagnostics, log_of, log_text
from nvc_engine.jobs.store import JobStore, UnknownJobError
from nvc_engine.protocol.messages import JobFacts, JobState, JobVerb


def jobs(options: argparse.Namespace) -> int:
    """List all jobs in their order."""
    with JobStore() as store:
        listed = store.all()
    if options.json:
        print_json({"jobs": [replace(job, history=()) for job in listed]})
    elif listed:
        print_table([("JOB", "STATE", "DONE", "SOURCE", "OUTPUT", ""), *(_row(job) for job in listed)])
    else:
        print("There are no jobs.")
    return 0


def pause(options: argparse.Namespace) -> int:
    """Have a job leave a checkpoint and wait."""
    return _command(options.job, JobVerb.PAUSE, "pauses at its next step")


def cancel(options: argparse.Namespace) -> int:
    """Give a job up."""
    return _command(options.job, JobVerb.CANCEL, "ends at its next step")


def priority(options: argparse.Namespace) -> int:
    """Have a job come before others that wait, or after them."""
    verb = {"high": JobVerb.RAISE, "normal": JobVerb.LEVEL, "low": JobVerb.LOWER}[options.level]
    with JobStore() as store:
        store.command(options.job, verb)
    print(f"The job {options.job} has {options.level} priority.")
    return 0


def edit(options: argparse.Namespace) -> int:
    """Have a job that has not begun do something else."""
    with JobStore() as store:
        request = edited_request(store.get(options.job).request, options)
        check_places(request, overwrite=request.overwrite)
        facts = store.edit(options.job, request)
    if options.json:
        print_json({"job": facts.id, "request": facts.request})
    else:
        print(f"The job {facts.id} writes {facts.request.output} when its turn comes.")
    return 0


def place(options: argparse.Namespace) -> int:
    """Move a job up or down the list."""
    with JobStore() as store:
        store.command(options.job, JobVerb.MOVE_UP if options.where == "up" else JobVerb.MOVE_DOWN)
        places = [job.id for job in store.all()]
    print(f"The job {options.job} is number {places.index(options.job) + 1} of {len(places)} in the list.")
    return 0


def queue(options: argparse.Namespace) -> int:
    """Have the queue start no further job, or go on; without a word, say how it stands."""
    with JobStore() as store:
        if options.what:
            store.hold(options.what == "hold")
        held = store.held
    print("No job is started after those that run." if held else "Jobs are started as they come.")
    return 0


def log(options: argparse.Namespace) -> int:
    """Print a job's log, or all that a report of a problem should hold."""
    with JobStore() as store:
        if options.diagnostics:
            print(diagnostics(store, store.get(options.job)), end="")
            return 0
        events = log_of(store, options.job)
        if not events:
            raise UnknownJobError(f"There is no log of a job “{options.job}”; `nvc-engine jobs` lists the jobs.")
        if options.json:
            print_json({"events": events})
        else:
            print(log_text(store, options.job))
    return 0


def _command(job: str, verb: JobVerb, while_running: str) -> int:
    with JobStore() as store:
        facts = store.command(job, verb)
    print(f"The job {job} {while_running if facts.state is JobState.RUNNING else f'is {facts.state.value}'}.")
    return 0


def _row(job: JobFacts) -> tuple[str, ...]:
    done = f"{100 * job.progress.fraction:.0f} %" if job.progress else "-"
    source = Path(job.request.source).name
    what = f"{source} (training: {job.request.training})" if job.request.training else source
    return job.id, job.state.value, done, what, job.request.output, job.message
