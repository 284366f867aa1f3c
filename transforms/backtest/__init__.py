"""The forecast against what happened, and the simple forecasts that it has to beat."""
