"""Is each event decided once, and each thing shown once?"""
