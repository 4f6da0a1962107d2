"""Devices: where push messages for a person go."""
