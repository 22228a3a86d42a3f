"""Flask glue that both counters share."""
