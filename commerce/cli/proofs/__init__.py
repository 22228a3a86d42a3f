"""Proofs that an installation is whole: one sentence each, and what is off by key.

The ids I1 to I17 are the invariants that the fault tests go by; the others are about the
installation itself. A proof only reads, in one snapshot, as the park's role.
"""
