"""Keys and ciphers: each merchant's personal data is encrypted with a key of its own."""

import base64
import hmac
import os
import secrets
import string
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.runtime import aws
from shared.runtime.settings import settings

NONCE = 12
_PREFIX = string.ascii_lowercase + string.digits
_SECRET = string.ascii_letters + string.digits


class Spoilt(Exception):
    """A field that its key does not open: nobody can tell any more what it said."""


class Cipher:
    """Encrypts one tenant's fields (AES-256-GCM) and marks values so that they can be compared."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(hmac.digest(key, b"seal", "sha256"))
        self._marking = hmac.digest(key, b"mark", "sha256")

    def seal(self, plain: str, context: str) -> str:
        """Encrypt; `context` (order and field) must be the same to open it again."""
        return base64.b64encode(self.seal_bytes(plain.encode(), context)).decode()

    def seal_bytes(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, plain, context.encode())

    def open(self, sealed: str, context: str) -> str:
        """Raises Spoilt if it is not what `seal` made in this context."""
        try:
            return self.open_bytes(base64.b64decode(sealed), context).decode()
        except ValueError as error:
            raise Spoilt(context) from error

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        try:
            return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise Spoilt(context) from error

    def mark(self, value: str) -> str:
        """A keyed hash: equal values give equal marks, and a mark gives nothing away."""
        return hmac.digest(self._marking, value.encode(), "sha256")[:12].hex()


@lru_cache(maxsize=1000)
def cipher(tenant: str, sealed_key: str) -> Cipher:
    return Cipher(_unwrap(tenant, base64.b64decode(sealed_key)))


def new_key(tenant: str) -> str:
    """Make a data key for `tenant` and give it back encrypted by the master key."""
    kind, _, where = settings().key_source.partition(":")
    if kind == "kms":
        made = aws.client("kms").generate_data_key(
            KeyId=where, KeySpec="AES_256", EncryptionContext={"tenant": tenant}
        )
        return base64.b64encode(made["CiphertextBlob"]).decode()
    nonce = os.urandom(NONCE)
    wrapped = nonce + AESGCM(_master(where)).encrypt(nonce, os.urandom(32), tenant.encode())
    return base64.b64encode(wrapped).decode()


def _unwrap(tenant: str, wrapped: bytes) -> bytes:
    kind, _, where = settings().key_source.partition(":")
    if kind == "kms":
        opened = aws.client("kms").decrypt(
            CiphertextBlob=wrapped, KeyId=where, EncryptionContext={"tenant": tenant}
        )
        return bytes(opened["Plaintext"])
    return AESGCM(_master(where)).decrypt(wrapped[:NONCE], wrapped[NONCE:], tenant.encode())


@cache
def _master(path: str) -> bytes:
    """The local stack's master key: a file that only its owner reads, made at first use."""
    file = Path(path)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(base64.b64encode(os.urandom(32)))
        with suppress(FileExistsError):  # another process was faster: its key counts
            os.link(fresh, file)
        fresh.unlink()
    return base64.b64decode(file.read_bytes())


def new_token() -> tuple[str, str]:
    """An API key in clear, and its visible prefix: `td_<8>_<32>`, 190 random bits."""
    prefix = "".join(secrets.choice(_PREFIX) for _ in range(8))
    return f"td_{prefix}_{''.join(secrets.choice(_SECRET) for _ in range(32))}", prefix


def new_secret() -> str:
    """A webhook's signing secret as the Standard Webhooks specification writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
