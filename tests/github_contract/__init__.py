"""Does what we say to GitHub, and what our sandbox says in its place, fit what GitHub publishes?"""
