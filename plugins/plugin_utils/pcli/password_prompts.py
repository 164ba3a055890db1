# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells the prompt for the password of the login from every other prompt.

A prompt counts only where each of its words is one that such a prompt has: what makes it another prompt can be said in
any language ("Einmal-Passwort", "SMS password"), and a password that was sent cannot be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_PASSWORD = re.compile(
    r"(?<![\w\-])(?:password|passwort|kennwort|mot de passe|contrase\u00f1a|wachtwoord|senha|palavra-passe"
    r"|l\u00f6senord)(?![\w\-])",
    re.I,
)
#: What such a prompt may say beside: requests, articles, who logs in to what, and the directory that has the account.
_BESIDE_WORDS = """
enter type please your the for user account login log in to on at of node router conductor host
unix linux windows ssh pcli ldap ad active directory domain tacacs kerberos
bitte geben sie ihr das ein eingeben f\u00fcr benutzer konto
veuillez entrer entrez saisir saisissez votre le pour de utilisateur compte
por favor introduzca ingrese escriba su la para usuario cuenta
voer uw het voor gebruiker
digite insira sua a usu\u00e1rio utilizador conta
ange ditt f\u00f6r anv\u00e4ndare
s
"""
_BESIDE = frozenset(_BESIDE_WORDS.split())
#: An account and a host, which say nothing about what is wanted.
_ACCOUNT = re.compile(r"\S+@\S+?(?=(?:'s)?(?:[\s:)]|$))")
#: A device by a name with a number or a dot: a word may be something else ("for host verification").
_DEVICE = re.compile(r"\b(node|router|conductor|host) ['\"]?[a-z](?=[\w.\-]*[\d.])[\w.\-]*[\w\-]", re.I)
#: Instructions are free text, such as a notice about private property. These ask for something else.
_INSTRUCTIONS = re.compile(
    r"one[- ]?time|\b(?:t?otp|oath|2fa|mfa|duo|okta|sms|rsa|securid|yubi\w*|fido\w*|pin)\b|factor|faktor|fator"
    r"|token|passcode|\bchallenge\b|authenticat(?:or|eur)|autenticador|\bapp\b|\baplica\w+|\bpush\b"
    r"|\b(?:en|de|ein)?cod[ei]\w*|\bc\u00f3dig\w+|\bkod\w*|\bverif\w+|\bv\u00e9rif\w+|\bbest\u00e4tig\w+|\bcl\u00e9\b"
    r"|digit|ziffer|chiffre|cifra|siffr|cijfer|einmal|eenmalig|eng\u00e5ng|usage unique|solo uso|uso \u00fanico"
    r"|\b(?:new|old|again|retype|temporary|second)\b|expire[ds]?\b|password change|\bchange (?:your|the|it)\b"
    r"|\bbe changed\b|abgelaufen|\bneue[srn]?\b|\bnouve(?:au|lle)\b|\bnuev[oa]\b|\bnov[oa]\b|\bnieuwe?\b|\bnytt\b"
    r"|expir\u00e9|caducad|verlopen|(?<![\d.])\d{5,}(?![\d.])",
    re.I,
)


def is_password_prompt(text: str, names: Collection[str] = (), instructions: str = "") -> bool:
    """Whether a prompt asks for the password of the login, and for nothing else.

    ``names``: the user and the host of the login, which a prompt may repeat. ``instructions``: what the server says
    above its prompt.
    """
    words, count = _PASSWORD.subn(" ", _DEVICE.sub(r"\1", _ACCOUNT.sub(" ", text)))
    for name in names:
        words = re.sub(rf"(?<![\w.\-]){re.escape(name)}(?![\w\-])", " ", words, flags=re.I)
    if count != 1 or not _BESIDE.issuperset(re.findall(r"\w+", words.lower())):
        return False
    return not _INSTRUCTIONS.search(_ACCOUNT.sub(" ", instructions))
