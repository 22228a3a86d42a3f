"""What clerks do until an order leaves: the list, and one part of an order step by step."""
