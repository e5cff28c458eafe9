"""What moves people on as authors, read off their work.

tiers.py   rules that move people a step, with a preview
"""
