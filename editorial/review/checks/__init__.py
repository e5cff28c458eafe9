"""What the house's rules find in a text: one engine, rules as versioned data.

rule, shipped/ what a rule is, and those that come with the product;  rulebook: the house's changes on top, with versions
folding, …     pure: the text as it is meant behind full width, look-alikes and split words; the kinds of rules; the engine
findings       everything found in one article; blockers that are open;  records: what was found when it was decided
waivers, facts what a second person let pass; numbers and quotes that need a source
"""

from __future__ import annotations

from editorial.review.checks.findings import gate, joining, open_blockers, problems

__all__ = ["gate", "joining", "open_blockers", "problems"]
