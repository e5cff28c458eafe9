"""E-mail: notices to persons, articles to the addresses of groups. Stories that come in by mail have their own module later."""
