"""A stand-in for the Gemini Developer API: the real REST protocol, answered by rules instead of a language model."""
