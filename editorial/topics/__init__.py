"""What shall be written, before there is an article.

columns.py      regular series with their own form, route and theme; types and goals of articles
topics.py       the topic pool: pitches, where they come from, and THE table of what may be decided
pool.py        its lists
discussion.py   comments and votes for the editorial meeting
assignments.py  who does what until when: offered, accepted or declined, delivered, closed
duties.py       its lists, and the reminder before a deadline
"""
