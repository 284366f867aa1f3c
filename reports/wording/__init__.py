"""Columns, kinds of rounds, levers and stated scores in people's words."""
