"""What is lost, doubled or wrong after real processes were killed at random points?"""
