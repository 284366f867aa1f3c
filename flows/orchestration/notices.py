"""Word of a night by e-mail or chat, through a notification block of Prefect: counts and run numbers, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flows.console.answers import say
from flows.console.event_words import of_count
from transforms.model.wording import _


def tell(block: str, run_id: str, nights: Mapping[str, Mapping[str, int]], ended: str = "") -> None:
    """Sends the counts of a run's nights (by day), or the kind of error that ended it, to a block such as
    `slack-webhook/firm`.

    What is wrong with the block or the way to it is said on standard error, and ends nothing.
    """
    import prefect.blocks.notifications  # noqa: F401 - makes the kinds of blocks known to Prefect
    from prefect.blocks.abstract import NotificationBlock
    from prefect.blocks.core import Block

    try:
        loaded = Block.load(block)
        if not isinstance(loaded, NotificationBlock):
            say(_("drawline: notify: {block} is no notification block").format(block=block))
            return
        # Declared as a coroutine, and run as a plain call where there is no event loop.
        notify: Callable[..., Any] = loaded.notify
        notify(_body(run_id, nights, ended), subject=_subject(nights, ended))
    except Exception as error:  # noqa: BLE001 - a night does not hang on its notice
        say(
            _("drawline: notify: no notice could be sent through {block} ({name})").format(
                block=block, name=type(error).__name__
            )
        )


def _subject(nights: Mapping[str, Mapping[str, int]], ended: str) -> str:
    if ended:
        return _("drawline: a night did not come to its end")
    return f"drawline: {', '.join(nights) or _('nothing new')}"


def _body(run_id: str, nights: Mapping[str, Mapping[str, int]], ended: str) -> str:
    lines = [_("run {run_id}").format(run_id=run_id)]
    if ended:
        lines.append(_("ended by {ended}; its place is shown on the machine that ran it").format(ended=ended))
    for day, counts in nights.items():
        lines.append(f"{day}: " + ", ".join(f"{of_count(name)} {value}" for name, value in counts.items()))
    return "\n".join(lines)
