"""What every room stands on: database, money, ids, clock, errors, settings, durable processes."""
