"""How the bot talks to GitHub."""
