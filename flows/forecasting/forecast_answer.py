"""The forecast for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.console.formats import headed
from flows.forecasting.forecasts import DECIMALS, Forecast, _record

if TYPE_CHECKING:
    from transforms.forecast.forecast import Answer


def forecast_json(made: Forecast) -> dict[str, Any]:
    """The forecast for programs (CONTRACT 3)."""
    from flows.forecasting import forecast_details
    from transforms.backtest import forecast_record

    answer: dict[str, Any] = {
        "as_of": made.ahead.as_of,
        "known_on": made.ahead.known_on,
        "newest_round": {"number": made.newest[0], "date": made.newest[1]},
        "rules_status": made.rules_status,
        "rounds": [{**_answer(one), "record": _record(made.ahead, one)} for one in made.answers],
        "clients": [],
        "taken": [] if made.taken is None else made.taken.select("client_id", "round", "held_on").to_dicts(),
        "notes": made.notes,
    }
    if made.chances is not None:
        answer["chances_record"] = forecast_record.chances_of_all().to_dicts()
        answer["clients"] = forecast_details.rows(made.chances)
    if made.details is not None:
        answer |= forecast_details.as_json(made.details)
    return headed("forecast", answer)


def _answer(one: Answer) -> dict[str, Any]:
    question, foreseen = one.question, one.foreseen
    return {
        "round": question.text,
        "kind": question.kind,
        "date": question.date or one.middle_date,
        "size": question.size or one.middle_size,
        **{name: round(getattr(foreseen, name), DECIMALS) for name in ("p10", "p50", "p90", "mean")},
        "drawn": [name for name in ("date", "size") if getattr(question, name) is None],
        "rules_status": one.rules_status,
    }
