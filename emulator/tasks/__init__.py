"""Cloud Tasks on one machine: gRPC for the real client library, tasks dispatched over HTTP."""
