"""Conversation by rules: what a traveller asks for, the tools that know, and an answer of nothing but their results."""
