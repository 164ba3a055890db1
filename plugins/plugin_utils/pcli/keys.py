# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the keys that a login may offer: the one that the inventory names, or those of the ssh-agent and of ~/.ssh."""

from __future__ import annotations

import base64
import binascii
import io
import os
import re
import socket
from collections.abc import Iterator

from .errors import LoginRefused
from .login import Login

try:
    import paramiko
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
except ImportError:  # ssh.connect() says what to do
    paramiko = None

_KINDS = "ed25519, ecdsa, rsa"
_PUBLIC = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.\-]+\s+(?P<blob>[A-Za-z0-9+/=]+)")
_OPENSSH = re.compile(
    r"-----BEGIN OPENSSH PRIVATE KEY-----(?P<body>[A-Za-z0-9+/=\s]*)-----END OPENSSH PRIVATE KEY-----"
)
_MAGIC = b"openssh-key-v1\0"


class KeyProblem(LoginRefused):
    """The key file cannot be used."""


class Identities:
    """The keys that may be offered for a login, in order. Close it once the login is made: it may use an ssh-agent.

    A named key is the only one (as IdentitiesOnly has it), and beside a password none is tried. ``encrypted``: there
    are keys in ~/.ssh that could not be opened.
    """

    def __init__(self, login: Login):
        self._login = login
        self._agent: paramiko.Agent | None = None
        self.encrypted = False
        self.keys: list[paramiko.PKey] = []
        if login.key_file:
            self.keys = [self._named()]
        elif login.password is None:
            self.keys = self._unnamed()

    def close(self) -> None:
        """End the connection to the ssh-agent."""
        if self._agent is not None:
            self._agent.close()

    def _named(self) -> paramiko.PKey:
        """The key that the login names: from its file, or from the agent where only that can use it.

        Raises KeyProblem.
        """
        key, problem = load_key(self._login)
        if key is not None:
            return key
        blob = public_part(self._login.key_file)
        for held in self._held() if blob and self._login.asks_agent else ():
            if held.blob == blob:
                return held
        raise problem

    def _unnamed(self) -> list[paramiko.PKey]:
        """Keys of the agent, those that are also in ~/.ssh first; then keys of ~/.ssh that it does not hold."""
        held = self._held() if self._login.asks_agent else []
        files = self._login.identity_files if self._login.look_for_keys else ()
        known = [public_part(file) for file in files]
        if self._login.identities_only:
            held = [key for key in held if key.blob in known]
        ordered = sorted(held, key=lambda key: known.index(key.blob) if key.blob in known else len(known))
        blobs = {key.blob for key in held}
        return [*ordered, *(key for key in self._own(files) if key.asbytes() not in blobs)]

    def _own(self, files: tuple[str, ...]) -> Iterator[paramiko.PKey]:
        for file in files:
            path = os.path.expanduser(file)
            try:
                with open(path, "rb") as stream:
                    text = _text(stream.read())
                key = _private_key(text, self._login.key_passphrase)
            except (OSError, ValueError, TypeError):
                self.encrypted = self.encrypted or _is_encrypted_file(path)
                continue
            certified, problem = _with_certificate(self._login, key, path)
            if problem is not None:
                key.public_blob = None  # the certificate may belong to another of these keys
            yield certified or key

    def _held(self) -> list[paramiko.PKey]:
        """The keys of a running ssh-agent, with usable certificates.

        paramiko 3 ends the connection at every key that it does not know, such as a certificate; later releases
        announce certificates of RSA keys under one name and send them under another.
        """
        self._agent = _agent(self._login.agent_socket)
        for key in self._agent.get_keys():
            certified = key.get_name().endswith("-cert-v01@openssh.com")
            key.public_blob = paramiko.pkey.PublicBlob(key.get_name(), key.blob) if certified else None
        return list(self._agent.get_keys())


def _agent(path: str | None) -> paramiko.Agent:
    """The agent behind a socket, or that of the environment. One that is not there has no keys, as with OpenSSH."""
    if path is None:
        return paramiko.Agent()

    class AgentAt(paramiko.Agent):
        def __init__(self) -> None:
            paramiko.agent.AgentSSH.__init__(self)  # that of Agent reads the environment
            sock = socket.socket(socket.AF_UNIX)
            try:
                sock.connect(path)
                self._connect(sock)
            except (OSError, paramiko.SSHException):
                sock.close()

    return AgentAt()


def load_key(login: Login) -> tuple[paramiko.PKey | None, KeyProblem | None]:
    """The private key of a login, with its certificate if there is one; or the problem with the files."""
    path = os.path.expanduser(login.key_file)
    who = f"The key file {login.key_file} for {login.who}"
    try:
        with open(path, "rb") as stream:
            text = _text(stream.read())
    except FileNotFoundError:
        return None, KeyProblem(f"{who} does not exist on the controller. Check {login.names.key_file}.")
    except OSError as error:
        return None, KeyProblem(f"{who} cannot be read: {error.strerror}. Check its type, owner and mode.")
    try:
        return _with_certificate(login, _private_key(text, login.key_passphrase), path)
    except Exception as error:  # the exception depends on the kind of key and the release of cryptography
        return None, KeyProblem(f"{who} {_why_not(text, login, error)}")


def _why_not(text: str, login: Login, error: Exception) -> str:
    """Why a key file cannot be used, and what to do."""
    names, reason = login.names, str(error)[:200] or type(error).__name__
    if is_encrypted(text) and login.key_passphrase is None:
        return f"is encrypted. Load it into an ssh-agent (ssh-add), or give its passphrase in {names.passphrase}."
    if text.startswith("PuTTY-User-Key-File"):
        return "is a key of PuTTY. Convert it with puttygen FILE -O private-openssh -o NEW."
    if _PUBLIC.match(text):
        return (
            f"is not a private key of a known kind ({_KINDS}), but a public one. Give the private key, not the .pub "
            "file; a .pub file can only name a key of a running ssh-agent, and none there fits."
        )
    if login.key_passphrase is not None and is_encrypted(text):
        return (
            f"cannot be opened with the passphrase in {names.passphrase}, or is not a private key of a known kind "
            f"({_KINDS}): {reason}. ssh-keygen -p -f FILE rewrites an old format."
        )
    return (
        f"is not a private key of a known kind ({_KINDS}): {reason}. Give the private key, not the .pub file; "
        "ssh-keygen -p -f FILE rewrites an old format."
    )


def _text(data: bytes) -> str:
    """The text of a key file, whatever its line ends are: copied on Windows, or without a last line break."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").strip()
    return f"{text}\n" if text else ""


def _private_key(text: str, passphrase: str | None) -> paramiko.PKey:
    """A private key of any form that OpenSSH writes: its own, PEM and PKCS8. Raises ValueError and others.

    paramiko reads fewer forms, and needs MD5 for some, so it gets the key in one form.
    """
    if not text:
        raise ValueError("the file is empty")
    secret = passphrase.encode() if passphrase is not None and is_encrypted(text) else None
    load = serialization.load_ssh_private_key if _OPENSSH.search(text) else serialization.load_pem_private_key
    key = load(text.encode(), secret)
    classes = {
        ed25519.Ed25519PrivateKey: paramiko.Ed25519Key,
        ec.EllipticCurvePrivateKey: paramiko.ECDSAKey,
        rsa.RSAPrivateKey: paramiko.RSAKey,
    }
    kind = next((own for theirs, own in classes.items() if isinstance(key, theirs)), None)
    if kind is None:
        raise ValueError(f"it is a {type(key).__name__.strip('_')}")
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
    return kind.from_private_key(io.StringIO(key.private_bytes(*form).decode()))


def is_encrypted(text: str) -> bool:
    """Whether a passphrase is needed for a private key."""
    header = _openssh_header(text)
    if header is not None:
        return header.get_text() != "none"
    return "ENCRYPTED" in text


def _is_encrypted_file(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return is_encrypted(_text(stream.read()))
    except OSError:
        return False


def public_part(file: str) -> bytes | None:
    """The public key that belongs to a key file: of a .pub file, of that beside it, or of its own header."""
    path = os.path.expanduser(file)
    for name in (path, f"{path}.pub"):
        try:
            with open(name, "rb") as stream:
                text = _text(stream.read())
        except OSError:
            continue
        try:
            if match := _PUBLIC.match(text):
                return base64.b64decode(match["blob"], validate=True)
            if (header := _openssh_header(text)) is not None:
                header.get_text(), header.get_text(), header.get_string()  # the cipher, and how the passphrase is used
                header.get_int()
                return header.get_string()
        except (ValueError, binascii.Error):
            continue
    return None


def _openssh_header(text: str) -> paramiko.Message | None:
    """The part of an OpenSSH key that is never encrypted; None for other forms."""
    match = _OPENSSH.search(text)
    try:
        data = base64.b64decode("".join(match["body"].split())) if match else b""
    except (ValueError, binascii.Error):
        return None
    return paramiko.Message(data[len(_MAGIC) :]) if data.startswith(_MAGIC) else None


def _with_certificate(login: Login, key: paramiko.PKey, path: str) -> tuple[paramiko.PKey | None, KeyProblem | None]:
    """The key with the certificate that the login names, or that is beside it under the name that OpenSSH expects."""
    beside = f"{path}-cert.pub"
    named = login.certificate_file
    if not named and not os.path.isfile(beside):
        return key, None
    file = os.path.expanduser(named) if named else beside
    try:
        plain = key.asbytes()
        key.load_certificate(file)
        if _signed_key(key.public_blob.key_blob) != _fields(plain):
            raise ValueError("it is for another key")
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or "unreadable"
        return None, KeyProblem(
            f"The certificate {file} of the key file {login.key_file or path} for {login.who} cannot be used: "
            f"{reason[:200]}. Sign the key again (ssh-keygen -s), or remove the certificate."
        )
    return key, None


def _fields(blob: bytes) -> bytes:
    """A public key without the name of its type."""
    message = paramiko.Message(blob)
    message.get_string()
    return message.get_remainder()


def _signed_key(blob: bytes) -> bytes:
    """The fields of the public key in a certificate; their number depends on the kind of key (PROTOCOL.certkeys)."""
    message = paramiko.Message(blob)
    kind = message.get_text()
    message.get_string()  # the nonce
    count = 1 if "ed25519" in kind else 2
    parts = paramiko.Message()
    for _field in range(count):
        parts.add_string(message.get_string())
    return parts.asbytes()
