"""The sound engine: pure functions from words to presets that have been heard. No framework, clock or network."""
