"""What the bot says: golden examples, and what hostile text can do to them (nothing)."""
