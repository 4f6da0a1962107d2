"""Cloud Vision on one machine: the gRPC service ImageAnnotator, of what a picture says without a model of the world."""
