"""A chance as people read it: in percent, and never none at all or certain."""

from __future__ import annotations

from transforms.model.wording import _, current

# A chance below the first is shown as under it, one above the second as over it: futures are no proof of either.
MIN_SHOWN, MAX_SHOWN = 0.01, 0.99


def percent(share: float) -> str:
    """A chance (0 to 1) in percent, as the language in use writes it."""
    if share < MIN_SHOWN:
        return _("under {share}").format(share=_percent(MIN_SHOWN))
    if share > MAX_SHOWN:
        return _("over {share}").format(share=_percent(MAX_SHOWN))
    return _percent(share)


def _percent(share: float) -> str:
    from babel.numbers import format_percent

    return format_percent(share, locale=f"{current()}_CA")
