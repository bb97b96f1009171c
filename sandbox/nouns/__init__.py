"""Which things are there in the world? Plain values; what people do with them is `sandbox.world`."""
