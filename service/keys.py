"""Keys: who may ask.

In: the hashes that the settings and a file name, a secret that a client shows. Out: the key that it is, or None.
Secrets are nowhere kept, only their SHA-256: they are random and long, so that nobody finds one by trying. A file is
read again when it changes, so that keys come and go without a restart.
"""

import contextlib
import hashlib
import hmac
import ipaddress
import logging
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

logger = logging.getLogger(__name__)

ENTRY_RE = re.compile(r"([0-9a-f]{64})(:read)?")
SECRET_PREFIX = "gongkai_"


class Key(NamedTuple):
    """The hash of a secret, and whether whoever has that may forget reports as well."""

    digest: str
    may_forget: bool


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def make_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def read_keys(text: str) -> tuple[Key, ...]:
    """The keys of a list: hashes apart by commas or blanks, `:read` behind who may not forget, words after `#`."""
    entries = re.split(r"[,\s]+", re.sub(r"#.*", "", text).strip())
    found = [ENTRY_RE.fullmatch(entry) for entry in entries if entry]
    keys = tuple(Key(match[1], match[2] is None) for match in found if match)
    if len(keys) < len(found):
        raise ValueError("must hold SHA-256 hashes in lower-case hex, each as it is or with :read behind it")
    return keys


def read_keys_file(path: Path) -> tuple[Key, ...]:
    try:
        return read_keys(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ValueError("must name a text file that can be read") from None


class KeyRing:
    """The keys of the settings and those of a file as it is now."""

    def __init__(self, keys: tuple[Key, ...], path: Path | None) -> None:
        self._own = keys
        self._path = path
        self._stamp: tuple[int, ...] | None = None
        self._keys = keys
        # At the start, not at the first request: until then the file may have been broken.
        if path:
            self._read_again(path)

    def _read_again(self, path: Path) -> None:
        """Read a changed file; one that cannot be read leaves the keys as they were."""
        stamp: tuple[int, ...] = ()
        with contextlib.suppress(OSError):
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = self._own + read_keys_file(path)
        except ValueError as error:
            logger.error("Keys: API_KEYS_FILE %s; those read before stay", error)

    def find(self, secret: str) -> Key | None:
        """The key of a secret, looked for among all of them, so that the time tells nothing."""
        if self._path:
            self._read_again(self._path)
        digest, found = hash_secret(secret), None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found


def is_loopback(address: object) -> bool:
    """Whether only this machine reaches what listens there: `(host, port)`, or the path of a socket."""
    if not isinstance(address, tuple):
        return isinstance(address, str | os.PathLike)
    host = str(address[0]).strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_anonymous(addresses: Iterable[object]) -> str | None:
    """Why a service that asks nobody for a key may not listen there, or None."""
    if all(is_loopback(address) for address in addresses):
        return None
    return (
        "BIND is reached from other machines, and nobody needs a key. Set API_KEYS or API_KEYS_FILE "
        "(`python -m service key` makes one), or ALLOW_ANONYMOUS=1 where that is meant."
    )
