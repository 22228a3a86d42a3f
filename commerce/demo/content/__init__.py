"""What the demo park holds: three merchants, their goods, places, people and past, as data."""
