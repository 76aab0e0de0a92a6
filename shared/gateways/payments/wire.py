"""What the adapters share: RSA signatures, China's clock, yuan as text, one way to send."""

import base64
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from shared.domain.errors import Fault
from shared.gateways import web
from shared.gateways.payments import skew
from shared.gateways.payments.port import Account, Rejected, Unclear, Why
from shared.gateways.units import CHINA as CHINA
from shared.gateways.units import china as china
from shared.gateways.units import to_fen as to_fen
from shared.gateways.units import to_yuan as to_yuan
from shared.gateways.units import utc as utc

T = TypeVar("T")
Call = Callable[[str, str, bytes, Mapping[str, str]], web.Answer]
LEAST_BITS = 2048
_UNREAD = (LookupError, TypeError, ValueError, AttributeError)


def nonce() -> str:
    """32 random characters that nobody can guess."""
    return secrets.token_hex(16)


def sign(private_key: str, message: bytes) -> str:
    """SHA256withRSA over exactly these bytes, in base64."""
    signature = private(private_key).sign(message, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def verified(key: str, message: bytes, signature: str) -> bool:
    """Whether the owner of a public key or certificate signed exactly these bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
        public(key).verify(raw, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=256)
def private(text: str, *, known: bool = True) -> RSAPrivateKey:
    """An RSA key from PEM, or from the bare base64 that Alipay's tool writes; else ValueError.

    Whether its figures make a key at all takes long to find out: once, when it is registered.
    """
    if text.lstrip().startswith("-----"):
        key = serialization.load_pem_private_key(
            text.encode(), None, unsafe_skip_rsa_key_validation=known
        )
    else:
        key = serialization.load_der_private_key(
            _bare(text), None, unsafe_skip_rsa_key_validation=known
        )
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key


@lru_cache(maxsize=256)
def public(text: str) -> RSAPublicKey:
    """An RSA key from a PEM key, a PEM certificate or bare base64; else ValueError."""
    key: Any
    if "BEGIN CERTIFICATE" in text:
        key = x509.load_pem_x509_certificate(text.encode()).public_key()
    elif text.lstrip().startswith("-----"):
        key = serialization.load_pem_public_key(text.encode())
    else:
        key = serialization.load_der_public_key(_bare(text))
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key


def serial(text: str) -> int:
    """The serial number of a PEM certificate; 0 for anything else."""
    try:
        return x509.load_pem_x509_certificate(text.encode()).serial_number
    except ValueError:
        return 0


def key_faults(account: Account) -> Iterator[Fault]:
    """The private key and the provider's keys, as far as they are no RSA keys at all."""
    if not _strong(partial(private, known=False), account.secrets.get("private_key", "")):
        yield Fault("secrets.private_key", "not-an-rsa-key")
    for name, text in account.keys.items():
        if not _strong(public, text):
            yield Fault(f"keys.{name}", "not-an-rsa-key")


def id_faults(account: Account, app_id: str, merchant_id: str) -> Iterator[Fault]:
    """The provider's ids against their patterns."""
    if not re.fullmatch(app_id, account.app_id, re.ASCII):
        yield Fault("app_id", "not-a-provider-id")
    if not re.fullmatch(merchant_id, account.merchant_id, re.ASCII):
        yield Fault("merchant_id", "not-a-provider-id")


def sent(call: Call, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> web.Answer:
    """Send it. What never left was not done; after that nobody knows."""
    try:
        answer = call(method, url, body, headers)
        skew.learn(url, answer.headers)
        return answer
    except web.Unanswered as cut:
        if cut.sent:
            raise Unclear(cut.note) from cut
        raise Rejected(Why.LATER, "unreachable", cut.note) from cut


def in_time(root: str, ask: Callable[[], T]) -> T:
    """Ask, and once more if we are refused and the answer shows that our clock was wrong."""
    before = skew.ahead(root)
    try:
        return ask()
    except Rejected:
        if skew.ahead(root) == before:
            raise
        return ask()


@contextmanager
def reading(failure: Exception) -> Iterator[None]:
    """What is authentic but does not read as it should ends in `failure`."""
    try:
        yield
    except _UNREAD as error:
        raise failure from error


def _bare(text: str) -> bytes:
    return base64.b64decode("".join(text.split()), validate=True)


def _strong(load: Callable[[str], RSAPrivateKey | RSAPublicKey], text: str) -> bool:
    try:
        return load(text).key_size >= LEAST_BITS
    except (ValueError, TypeError):
        return False
