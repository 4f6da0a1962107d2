"""Pub/Sub on one machine: gRPC for the real client library, pull, streaming pull and push."""
