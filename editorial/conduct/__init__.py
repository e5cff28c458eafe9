"""Conduct: the convention, reports and the cases made of them, penalties that end by themselves, appeals."""
