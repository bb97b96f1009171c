"""What becomes of Bursar when what it stands on fails: disk, database, GitHub, clock, time itself?"""
