"""The tools that the model may call in a conversation: `toolbox.py` runs them, the others are one subject each."""
