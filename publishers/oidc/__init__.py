"""Sign-in by an OpenID Connect provider: authorization code with PKCE.

provider.py   discovery, the address to go to, and the exchange of the code (OpenID Connect Core 1.0, RFC 6749, RFC 7636)
id_tokens.py  whether an ID token is what it says it is (RFC 7515, RFC 7519; RFC 8725 for what goes wrong)
"""
