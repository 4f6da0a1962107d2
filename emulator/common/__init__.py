"""What the queueing emulators share: running as a program, speaking gRPC, keeping state, retrying, calling targets."""
