"""Why a client has the score they have, and what would change it.

`explanations` tells every component of every client as a frame, `program_tests` every test of every program,
`explained` one client whole as plain values, and `as_text` that answer for people. The components stand in
`components`, their inputs in `words`, what can improve in `steps`.
"""

from transforms.explain.answer import FORMAT, explained, explanations
from transforms.explain.eligibility import program_tests
from transforms.explain.text import as_text

__all__ = ["FORMAT", "as_text", "explained", "explanations", "program_tests"]
