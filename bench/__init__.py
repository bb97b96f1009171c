"""What do the figures in README and docs come from? `make bench` measures them again."""
