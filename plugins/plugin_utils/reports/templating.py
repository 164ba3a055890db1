# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages from templates: one file each, which asks for nothing from anywhere, and runs no script but its own.

The policy in the head of a page names its styles and scripts by their hashes: whatever a conductor's words would bring
with them could not run, even where it came into the page unescaped.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
from collections.abc import Iterable

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import states, times
from .text import one_line, shortened

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")
#: What a browser would act on inside a script element, and the two ends of line that JavaScript knows besides.
_ESCAPES = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def render(template: str, styles: Iterable[str] = (), scripts: Iterable[str] = (), **values: object) -> str:
    """A page from a template that extends ``base.html.j2``, with the style that all pages share.

    ``styles``, ``scripts``: more files of the templates' folder, in their order; the script for light and dark is there
    in any case. Raises what Jinja2 raises, of which nothing comes from a text of ``values``.
    """
    style, theme, rest = _joined(["style.css", *styles]), _joined(["theme.js"]), _joined(scripts)
    return (
        _environment()
        .get_template(template)
        .render(
            values,
            style=Markup(style),
            theme=Markup(theme),
            script=Markup(rest),
            policy=_policy([style], [theme, rest]),
        )
    )


def data_block(value: object) -> Markup:
    """The value as JSON for a script element of a page, with nothing in it that could end the element."""
    return Markup(json.dumps(value, separators=(",", ":"), ensure_ascii=True).translate(_ESCAPES))


@functools.lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        state_label=states.label, duration=times.duration, shortened=shortened, one_line=one_line, data_block=data_block
    )
    environment.globals.update(shown=times.shown, STATES=states.STATES, PHASES=states.PHASES, CHECKS=states.CHECKS)
    return environment


def _joined(names: Iterable[str]) -> str:
    return "\n".join(map(_asset, names))


@functools.cache
def _asset(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as stream:
        return stream.read()


def _policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    return "; ".join((
        "default-src 'none'", f"style-src {_hashes(styles)}", f"script-src {_hashes(scripts)}", "img-src data:",
        "base-uri 'none'", "form-action 'none'",
    ))  # fmt: skip


def _hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
