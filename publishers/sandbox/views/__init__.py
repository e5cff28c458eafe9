"""The pages as HTML. Everything that came from outside goes through `words.safe` or `words.link`.

words.py      the interface in two languages, escaping, times
home.py       the list of accounts and chats, and the opened one
bubbles.py    one message in the look of its platform
articles.py   the reading page
"""
