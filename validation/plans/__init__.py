"""Plans of rounds, pools of scored people, and questions to the forecast, read strictly."""
