"""Is an acknowledged delivery stored, and is nothing else?"""
