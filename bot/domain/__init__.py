"""The rules of Bursar as pure functions: what may happen, and what follows from it.

Nothing here waits, reads a clock, touches a network or a database. Time, identity and
configuration come in as values; entries and effects come out.
"""
