"""The quayside command: run, migrate, demo, import, doctor, bench."""
