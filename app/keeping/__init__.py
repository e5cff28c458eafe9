"""Backup and restore: the whole state in one file that fits either kind of database, taken while everything runs.

archive.py   one tar.gz with a manifest, written whole or not at all     tables.py   rows to JSON lines and back
backups.py   take one, check one                                         restores.py  put one in place, settle it
"""

from app.keeping.backups import back_up, verify
from app.keeping.restores import restore

__all__ = ["back_up", "restore", "verify"]
