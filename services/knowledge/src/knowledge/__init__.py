"""Search in technical documents and past faults."""
