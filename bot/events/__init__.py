"""What did somebody tell us?

One class per thing that can happen (`happened`), and one way to read each from a webhook's payload
(`payloads`). What GitHub says in passing, names and numbers of things, goes to the mirror
(`mirrored`).
"""
