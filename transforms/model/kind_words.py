"""The kinds of rounds, programs and categories in people's words."""

from __future__ import annotations

from transforms.model.wording import N_, _

KIND_WORDS = {
    "general": N_("general"),
    "PNP": N_("PNP"),
    "CEC": N_("CEC"),
    "FSW": N_("FSW"),
    "FST": N_("FST"),
    "french": N_("French"),
    "healthcare": N_("healthcare"),
    "stem": N_("STEM"),
    "trades": N_("trades"),
    "transport": N_("transport"),
    "agriculture": N_("agriculture"),
    "education": N_("education"),
    "physicians": N_("physicians"),
    "senior_managers": N_("senior managers"),
    "researchers": N_("researchers"),
    "military": N_("military"),
}


def kind_word(kind: str) -> str:
    """A kind of round in the language in use; one that is not known as it is."""
    return _(KIND_WORDS[kind]) if kind in KIND_WORDS else kind.replace("_", " ")
