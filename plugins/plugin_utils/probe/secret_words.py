# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that announce a secret, and those between them and it. Patterns; case does not matter."""

from __future__ import annotations

#: What stands behind these may be several words.
SENTENCE = r"pass[ -]?phrase|pass[ -]?sentence|kennsatz|frase"
PHRASE = (
    r"pass[ -]?word|passwd|pass[ -]?phrase|pass[ -]?sentence|pass[ -]?code|secret|psk|pre-?shared-?key"
    r"|passwort|kennwort|kennsatz|losungswort|zugangscode|geheimzahl|geheimnis|wachtwoord|mot[ -]de[ -]passe"
    r"|contrase(?:ñ|n\u0303|n)a|frase de contrase(?:ñ|n)a|senha|palavra-passe|parola d'ordine|l[öo]senord|adgangskode"
    r"|passord|salasana|has[łl]o|heslo|jelsz[óo]|lozinka|[şs]ifre|пароль|密码|密碼|口令|パスワード|비밀번호"
)
#: Of these one word is enough.
MACHINE = (
    r"token|community(?:[ -]string)?|(?:private|priv|secret|public|shared|session|master|host|ssh|licen[sc]e|api|access"
    r"|auth|authentication|encryption|encr|enc|signing|storage|account|wg|wep|wpa|ipsec|ike|tls|ssl|hmac|snmp)[-_ ]?key"
    r"|schl[üu]ssel|credentials?|zugangsdaten|nonce|cookie|latitude|longitude|coordinates?"
)
#: Short words, which are parts of others.
SHORT = r"pwd|passwd|pw|pin|puk|otp|totp|sig|signature|clave|parole|parola"
#: Words that mean something else as well: a key of a table, a check that did pass.
BARE = r"pass|key|auth|cl[ée]|chiave|llave"

#: What tells a secret in prose: "password was set to …".
CONNECTORS = frozenset(
    """
    is was are were be been being has have had set now changed reset updated configured entered typed given sent used
    to as equals equal reads ist war sind lautet lautete wurde wird auf gesetzt geändert est es era fue é è
    """.lower().split()
)
#: The type of an encryption in front of a secret.
TYPES = r"\d{1,2}|type \d|sha-?\d{1,3}|md5|aes(?:-?\d{3})?|encrypted|hashed|plain(?:text)?|clear-?text|hidden|ascii|hex"

#: Words of a sentence about secrets: what is none, and what follows one.
PROSE = frozenset(
    """
    is was has had are were be been being not no never for of in on at to from by with and or but nor if when while
    because since after before until the a an this that these those it its your their my our his her any each all
    every too also again already still only just once more less than then so as into out over under up off via per
    expired expires expire invalid valid required requires require accepted refused rejected denied wrong missing
    unknown known empty blank unset default weak strong short long old new different same correct incorrect bad access
    authentication authenticate login log change changes changed changing must may might will would shall can cannot
    could should does do did don't string strings policy policies update updated updates updating reset resets set
    sets unchanged failed fails fail failure failures error errors mismatch mismatched match matches matched attempt
    attempts try tries retry times time minute minutes second seconds hour hours day days ago remaining left lifetime
    lifetimes age history length complexity prompt file files store field fields value values type types name names
    number id ids index request requests requested response server service user users account accounts successfully
    success succeeded successful unsuccessful disabled enabled enable disable locked unlocked revoked removed deleted
    added created generated issued renewed refreshed refresh rotated rotation rotate reused replay detected found
    received sent used using use cleared loaded saved stored verified verification verify validated validation
    validate check checks checked exchange exchanged negotiation negotiated agreement manager management count counts
    size bits bit state status exceeded exceeds allowed permitted supported unsupported needed provided configured
    confirmed entered supplied given see please contact ask timed abgelaufen falsch fehlt ungültig erforderlich
    geändert abgelehnt für von der die das den des dem ein eine nicht und oder muss wurde ist war hat
    """.lower().split()
)
