"""Forecast, replay, backtest, simulation and the page of charts, stage by stage; and newer rounds for a firm."""
