"""The story of the README, played for real: GitHub in a box, the bot beside it, a clock that runs fast."""
