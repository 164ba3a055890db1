# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who watches a run from outside: a file of metrics for Prometheus, and notices to a web server."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  metrics_file:
    description:
      - A file on the controller for the textfile collector of the Prometheus node exporter, such as
        V(/var/lib/node_exporter/sessionsmart.prom). Its name must end in C(.prom), and its folder must exist.
      - It is replaced as a whole, at most every five seconds, and everybody may read it (mode 0644), because the node
        exporter runs as another user. It holds numbers and names only, and no words of the conductor.
      - What cannot be written is a warning, and the run goes on. Leave it out for no such file.
    type: path
  webhook_url:
    description:
      - The address of a web server that is told how the run goes, or the path of a file on the controller whose first
        line is that address. It must begin with C(https://), see O(webhook_allow_http).
      - It is a secret, because whoever knows it can write there. It is never shown. Take it from a vault, a credential
        or a file, and not from the command line, which all users of the controller can read.
      - Notices are sent by a thread of its own. A server that is slow, gone or wrong is a warning, and the run goes on.
        Redirects are not followed; proxies are taken from the environment (C(https_proxy), C(no_proxy)).
      - Leave it out to send none.
    type: str
  webhook_format:
    description:
      - What is sent. V(json) is the JSON of this collection (C(docs/schemas/notice-1.json)); V(slack) is for incoming
        webhooks of Slack, and of what takes the same, such as Mattermost.
      - Choose the one that the server at O(webhook_url) reads.
    type: str
    choices: [json, slack]
    default: json
  webhook_events:
    description:
      - What is told. V(start) when the run begins; V(first_failure) for the first router that does not end well;
        V(overdue) for routers that take 1.5 times as long as expected; V(stop) when no other router is started;
        V(router) for each router that ends; V(heartbeat) for a sign of life, see O(webhook_heartbeat); V(end) with the
        outcome.
      - Add V(router) for a small fleet, or take out what nobody reads.
    type: list
    elements: str
    choices: [start, first_failure, overdue, stop, router, heartbeat, end]
    default: [start, first_failure, overdue, stop, heartbeat, end]
  webhook_timeout:
    description:
      - How long the server may take for a notice, in seconds. Nothing but the notices waits for it.
      - Raise it for a slow proxy.
    type: float
    default: 10
  webhook_heartbeat:
    description:
      - After how many seconds without a notice a sign of life is sent while routers are worked on. V(0) means never.
      - Set an alarm on silence that lasts twice as long. A run that was killed sends nothing any more.
    type: float
    default: 1800
  webhook_allow_http:
    description:
      - Allow an address that begins with C(http://). Everybody on the way can read the notices and the address.
      - Use it only for a server on the controller itself, or in a network of your own.
    type: bool
    default: false
  webhook_ca_path:
    description:
      - A file on the controller with the authorities (PEM) that the certificate of the server is verified with. It is
        always verified.
      - Set it for a server with a certificate of your own authority. Leave it out for those of the system.
    type: path
  run_continues:
    description:
      - Whether another task of the same run follows, which says to O(webhook_url) and O(metrics_file) how the run has
        ended, such as the next batch or M(sessionsmart.ssr.run_review).
      - Needs a journal and the name of the run, so that the tasks know of each other. The roles set it.
    type: bool
    default: false
"""
