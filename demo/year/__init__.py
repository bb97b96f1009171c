"""A year of a project that takes directed funding: `acme/telescope`, played through box and bot."""
