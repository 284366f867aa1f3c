"""The main job stage by stage: `run`, `score` and `check`, and what their reports show beside the scores."""
