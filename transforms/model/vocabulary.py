"""Words of the field that every room uses: abilities, programs, statuses, and the time zone of the pool."""

from __future__ import annotations

ABILITIES = ("listening", "reading", "writing", "speaking")
# Federal programs, as columns name them.
PROGRAM_KEYS = ("fsw", "cec", "fst")
# IRCC's days are those of Ottawa.
OTTAWA = "America/Toronto"
# Pool statuses of a case in which nothing lies ahead any more.
ENDED_STATUSES = ("applied", "withdrawn", "expired")
