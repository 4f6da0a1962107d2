"""All functions of the suite behind one port, at `/{project}/{region}/{function}` as the Firebase SDKs expect them."""
