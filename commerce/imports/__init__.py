"""Product files in and out: where a CSV meets catalogue, prices and stock."""
