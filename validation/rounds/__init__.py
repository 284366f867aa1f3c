"""The parts of reading the published rounds: fields, days, names, rows, and the checks of the whole."""
