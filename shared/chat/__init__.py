"""Conversations with the assistant: threads of a trip, and messages that are answered one after the other."""
