"""Does GitHub's own client work against the sandbox, so that it is not fitted to ours?"""
