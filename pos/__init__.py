"""What clerks see: the till."""
