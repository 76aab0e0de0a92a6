"""Keys and certificates of the sandbox, made at its first start and kept in a folder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

BITS = 2048
YEARS = timedelta(days=3650)


class Keys:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, rsa.RSAPrivateKey] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def private(self, name: str) -> rsa.RSAPrivateKey:
        if name not in self._read:
            self._read[name] = self._found(name)
        return self._read[name]

    def _found(self, name: str) -> rsa.RSAPrivateKey:
        file = self._folder / f"{name}.pem"
        if not file.exists():
            made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
            file.touch(mode=0o600)
            file.write_bytes(_pem(made))
        found = serialization.load_pem_private_key(file.read_bytes(), None)
        assert isinstance(found, rsa.RSAPrivateKey)
        return found

    def private_text(self, name: str) -> str:
        return _pem(self.private(name)).decode()

    def public_text(self, name: str) -> str:
        return public_pem(self.private(name).public_key())

    def certificate(self, name: str, issuer: str = "") -> x509.Certificate:
        """Of the key of that name, signed by the issuer's key, or by itself."""
        file = self._folder / f"{name}.crt"
        if not file.exists():
            made = _certificate(self.private(name), name, self.private(issuer or name), issuer)
            file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return x509.load_pem_x509_certificate(file.read_bytes())

    def odd_root(self) -> x509.Certificate:
        """A root that does not sign with RSA: one stands in Alipay's file too."""
        file = self._folder / "odd-root.crt"
        if not file.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            made = _certificate(key, "odd-root", key, "")
            file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return x509.load_pem_x509_certificate(file.read_bytes())


def public_pem(key: rsa.RSAPublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def certificate_pem(*certificates: x509.Certificate) -> str:
    return "".join(c.public_bytes(serialization.Encoding.PEM).decode() for c in certificates)


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _certificate(
    key: CertificateIssuerPrivateKeyTypes,
    name: str,
    signer: CertificateIssuerPrivateKeyTypes,
    issuer: str,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + YEARS)
        .sign(signer, hashes.SHA256())
    )


def _name(common: str) -> x509.Name:
    parts = {
        x509.NameOID.COUNTRY_NAME: "CN",
        x509.NameOID.ORGANIZATION_NAME: "Tongdan",
        x509.NameOID.ORGANIZATIONAL_UNIT_NAME: "Sandbox",
        x509.NameOID.COMMON_NAME: common,
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])
