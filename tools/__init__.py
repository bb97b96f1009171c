"""Which programs make what is kept in the repository, and is not written by hand?"""
