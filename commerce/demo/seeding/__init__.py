"""Fills an empty installation with the demo park, through the services that everybody uses.

Each step is one transaction that ends with a line in the security log, so a fill that was killed
goes on where it stopped, and an auditor sees that this installation has demo logins.
"""
