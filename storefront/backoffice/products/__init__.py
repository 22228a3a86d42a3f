"""Products: the list, one product with everything about it, pictures, files in and out."""
