"""`jobs`, `pause` and `cancel`: the list of jobs, whoever runs them."""

import argparse
from dataclasses import replace
from pathlib import Path

from nvc_engine.cli_printing import print_json, print_table
from nvc_engine.jobs.store import JobStore
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
