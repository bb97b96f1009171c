"""What is read into a payload, and what is not?"""
