"""E-mail: notices go out. Stories that come in by mail have their own module later."""
