"""Places that hold stock, their hours, the tills in them, and what each shift took."""
