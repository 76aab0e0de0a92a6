"""Messages that a platform sends encrypted."""

import base64
import binascii

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shared.gateways.talk import Forged

BLOCK = 16  # bytes to which a message is padded


def opened(key: bytes, start: bytes, sealed: str | bytes) -> bytes:
    """AES in blocks that hang together, padded; raises Forged for what was not sealed so."""
    try:
        cut = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
        plain = cut.update(base64.b64decode(sealed, validate=True)) + cut.finalize()
    except (ValueError, binascii.Error) as error:
        raise Forged("encryption") from error
    fill = plain[-1] if plain else 0
    if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
        raise Forged("encryption")
    return plain[:-fill]
