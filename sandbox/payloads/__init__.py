"""How does GitHub write its things as JSON? The same words in REST answers and in webhooks.

One module per subject; every function takes the world (for addresses and roles) and the thing.
Shapes: https://github.com/octokit/openapi and https://github.com/octokit/openapi-webhooks
"""
