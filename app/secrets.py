"""Encryption and keyed hashes of personal data (design section 7).

The keys are the process's own: `install` is called once by the wiring, before the first row is read.
"""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet

_fernet: MultiFernet | None = None
_lookup_key = b""


def install(data_keys: Sequence[str], lookup_key: str) -> None:
    """Use these keys from now on; the first of `data_keys` encrypts, all of them decrypt."""
    global _fernet, _lookup_key
    _fernet = MultiFernet([Fernet(key) for key in data_keys])
    _lookup_key = lookup_key.encode()


def seal(clear: bytes) -> bytes:
    """The bytes, encrypted and authenticated."""
    return _box().encrypt(clear)


def unseal(sealed: bytes) -> bytes:
    """The clear bytes. Raises cryptography.fernet.InvalidToken when no key fits."""
    return _box().decrypt(sealed)


def lookup(text: str) -> str:
    """A keyed hash (64 hex digits) that finds a person's rows without storing what it was made of."""
    return hmac.new(_lookup_key, text.encode(), hashlib.sha256).hexdigest()


def _box() -> MultiFernet:
    if _fernet is None:
        raise RuntimeError("secrets.install was not called")
    return _fernet
