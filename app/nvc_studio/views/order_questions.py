"""Before an encode is ordered: may its output replace what is there?"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from nvc_engine.protocol.messages import JobRequest
from nvc_studio.models.output_names import free_path
from nvc_studio.translation import tr
from nvc_studio.views.questions import Choice, ask


def settle_output(
    parent: QWidget, request: JobRequest, taken: frozenset[Path], then: Callable[[JobRequest], None]
) -> None:
    """Give `request` on to `then`, at once where its output is free, else with what the user decides.

    `taken` are the files that other jobs are going to write; those are never replaced.
    """
    output = Path(request.output)
    if output not in taken and not output.exists():
        then(request)
        return
    free = free_path(output, taken)
    choices = [
        Choice(tr("&Keep both: {name}", name=free.name), lambda: then(replace(request, output=str(free))), default=True)
    ]
    if output in taken:
        sentence = tr("Another encode in the queue already writes {name}.", name=output.name)
    else:
        sentence = tr("{name} exists already.", name=output.name)
        choices.append(Choice(tr("&Replace it"), lambda: then(replace(request, overwrite=True))))
    ask(parent, tr("The output exists"), sentence, choices)
