"""Keeps what we were told, what is true, what it adds up to, and what is still to be shown."""
