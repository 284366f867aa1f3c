"""What would raise the scores of a whole client list: every lever of every client, scored again by the engine."""

from transforms.advice.advise import advise, batches, recent_rounds
from transforms.advice.best import best, by_lever, gives, helps, in_order, is_less_sure, is_outside, opens_anything
from transforms.advice.frame import ADVICE, AND, PART
from transforms.advice.levers import LEVERS
from transforms.advice.places import Nation

__all__ = (
    "ADVICE", "AND", "LEVERS", "PART", "Nation", "advise", "batches", "best", "by_lever", "gives", "helps", "in_order", "is_less_sure", "is_outside",
    "opens_anything",
    "recent_rounds",
)  # fmt: skip
