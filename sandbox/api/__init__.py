"""The REST API in front of the world: which address answers what, to whom, in which words?"""
