"""The names of rounds as IRCC publishes them, in the language in use."""

from __future__ import annotations

from transforms.model.kind_words import kind_word
from transforms.model.wording import DEFAULT, N_, _, current

# The French names are those of the French rounds page.
NAMES = frozenset(
    {
        N_("No Program Specified"),
        N_("General"),
        N_("Canadian Experience Class"),
        N_("Provincial Nominee Program"),
        N_("Federal Skilled Trades"),
        N_("Federal Skilled Worker"),
        N_("Healthcare occupations (Version 1)"),
        N_("Healthcare and social services occupations (Version 2)"),
        N_("Healthcare and Social Services Occupations, 2026-Version 3"),
        N_("STEM occupations (Version 1)"),
        N_("French language proficiency (Version 1)"),
        N_("French-Language proficiency 2026-Version 2"),
        N_("Trade occupations (Version 1)"),
        N_("Trade occupations (Version 2)"),
        N_("Trades Occupations, 2026-Version 3"),
        N_("Transport occupations (Version 1)"),
        N_("Transport Occupations, 2026-Version 2"),
        N_("Agriculture and agri-food occupations (Version 1)"),
        N_("Education occupations (Version 1)"),
        N_("Physicians with Canadian Work Experience, 2026-Version 1"),
        N_("Senior managers with Canadian Work Experience, 2026-Version 1"),
        N_("Skilled Military Recruits, 2026-Version 1"),
    }
)


def round_name(name: str, kind: str) -> str:
    """The name of a round of some kind in the language in use; by its kind where its name has no translation."""
    if current() == DEFAULT:
        return name
    return _(name) if name in NAMES else kind_word(kind)
