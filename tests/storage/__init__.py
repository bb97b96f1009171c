"""Does the store keep what it is given, and does it notice when somebody alters it?"""
