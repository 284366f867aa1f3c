"""Why a client has the score they have, and what would change it.

`explanations` tells every component of every client as a frame, `program_tests` every test of every program,
and `explained` one client whole as plain values. The components stand in `components`, their inputs in `words`, what
can improve in `steps`.
"""

from transforms.explain.answer import FORMAT, explained, explanations
from transforms.explain.eligibility import program_tests

__all__ = ["FORMAT", "explained", "explanations", "program_tests"]
