"""Google Maps Platform on one machine: the gRPC services Routes and Places, of geometry and our own catalogue."""
