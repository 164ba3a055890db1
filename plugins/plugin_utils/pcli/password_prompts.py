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
    r"|l\u00f6senord|adgangskode|passord|salasana|has\u0142o|heslo|jelsz\u00f3|parola"
    r"|\u043f\u0430\u0440\u043e\u043b\u044c|\u30d1\u30b9\u30ef\u30fc\u30c9"
    r"|\u5bc6[\u7801\u78bc]|\uc554\ud638)(?![\w\-])",
    re.I,
)
#: What such a prompt may say beside: requests, articles, who logs in to what, and the directory that has the account.
_BESIDE_WORDS = """
enter type please your the for user account login log in to on at of node router conductor host
unix linux windows ssh ssr 128t pcli local system ldap ad active directory domain tacacs radius kerberos
bitte geben sie ihr das ein eingeben f\u00fcr benutzer konto
veuillez entrer entrez saisir saisissez votre le pour de utilisateur compte
por favor introduzca ingrese escriba su la para usuario cuenta
voer uw het voor gebruiker
digite insira sua a usu\u00e1rio utilizador conta
ange ditt f\u00f6r anv\u00e4ndare
inserire inserisci immettere di per utente
s
"""
_BESIDE = frozenset(_BESIDE_WORDS.split())
#: An account and a host, which say nothing about what is wanted.
_ACCOUNT = re.compile(r"\S+@\S+?(?=(?:'s)?(?:[\s:)]|$))")
#: A device by a name with a number or a dot: a word may be something else ("for host verification").
_DEVICE = re.compile(r"\b(node|router|conductor|host|on|at) ['\"]?[a-z](?=[\w.\-]*[\d.])[\w.\-]*[\w\-]", re.I)
#: What instructions say that ask for something else.
_OTHER = (
    r"(?:one[- ]?time|\b(?:t?otp|oath|2fa|mfa|duo|okta|sms|rsa|securid|yubi\w*|fido\w*|pin)\b"
    r"|factor(?!s\b)|faktor|fator|token|passcode|\bchallenge\b|authenticat(?:or|eur)|autenticador"
    r"|\bapp\b|\baplica(?:[c\u00e7]|tiv)\w+|\bpush\b"
    r"|\b(?:en|de|ein)?cod[ei]\w*|\bc\u00f3dig\w+|\bkod\w*|\bverif(?!ied)\w+|\bv\u00e9rif(?!i\u00e9e?s?\b)\w+"
    r"|\bbest\u00e4tig\w+|\bcl\u00e9\b|digits?\b|ziffer|chiffre|cifra|siffr|cijfer|einmal|eenmalig|eng\u00e5ng"
    r"|usage unique|solo uso|uso \u00fanico|\b(?:new|old|again|retype|temporary|second) (?:\w+ )?(?:pass|secret|pin)"
    r"|\b(?:pass\w+|secret|it) again\b|\bretype\b|\bexpired\b|password change|\bchange (?:your|the|it)\b|\bbe changed\b"
    r"|abgelaufen|\bneue[srn]? (?:pass|kenn)wort|\bnouveau mot|\bnueva contrase|\bnova senha|\bnieuwe? wachtw"
    r"|\bnytt l\u00f6sen|expir\u00e9|caducad|verlopen)"
)
_ASKS_OTHER = re.compile(_OTHER, re.I)
#: A challenge: a number without a word. Others are the number of a phone or of a build.
_CHALLENGE = re.compile(r"\W*\d{5,}\W*")
_REQUESTS_OTHER = re.compile(
    r"\b(?:enter|type|provide|input|supply|approve|confirm|verify|open|check|geben|gib|saisi\w+|entrez|introdu\w+"
    rf"|ingres\w+|digit[ea]|insira|inser\w+|voer|ange)\W+(?:\w+\W+){{0,5}}?\w*{_OTHER}",
    re.I,
)
#: Codes of the law and the like, which nobody can type.
_CODE_OF_LAW = re.compile(
    r"\b(?:(?:states|u\.?s\.?|penal|criminal|civil|federal|state|crimes|government|source|area|zip|postal)\s+code"
    r"|code\s+(?:of\s+(?:conduct|ethics|practice|federal|laws?)|p\u00e9nal|civil|section)|c\u00f3digo\s+penal|codice\s+penale)\b",
    re.I,
)
#: Words of a notice: of whom access is for, of what is forbidden, and of what happens then.
_NOTICE = re.compile(
    r"unauthori[sz]ed|authori[sz]ed (?:\w+ )?(?:use|access|personnel)|prohibit|forbidden|violat|prosecut|punish|penal"
    r"|criminal|\blaws?\b|\blegal|monitor|\brecord|consent|\bagree|property|proprietary"
    r"|confidential|\bsecrets\b|(?:never|not) (?:share|give|tell|disclose|reveal|push|change)|\bwithout approval"
    r"|unbefugt|untersagt|verboten|straf|interdit|r\u00e9serv\u00e9|puni|prohibid|restringid|vietat|verboden",
    re.I,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n[ \t]*\n")
#: A line of a few words stands for itself, unless it goes on with a sentence: "RSA SecurID" below a notice.
_LABEL = re.compile(r"\s*[A-Z0-9]\S*(?:[ \t]+\S+){0,4}\s*")


def _ask_something_else(instructions: str) -> bool:
    """Whether instructions ask for something else than the password. They are free text, such as a legal notice."""
    plain = _CODE_OF_LAW.sub(" ", _ACCOUNT.sub(" ", instructions))
    for sentence in map(str.strip, [*_SENTENCES.split(plain), *filter(_LABEL.fullmatch, plain.splitlines())]):
        asks = _ASKS_OTHER.search(sentence) or _CHALLENGE.fullmatch(sentence)
        if asks and (_REQUESTS_OTHER.search(sentence) or not _NOTICE.search(sentence)):
            return True
    return False


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
    return not _ask_something_else(instructions)
