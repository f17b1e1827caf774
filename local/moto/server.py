"""The local cloud: moto, with our extensions, behind a production WSGI server on loopback.

Usage: server.py --port PORT [--threads N]. Prints "ready PORT" once it listens. State is in memory and dies with it.
"""

import argparse
import importlib
import ipaddress
import logging
import os
import pkgutil
import signal
import sys
import threading

# Read by moto when it is imported.
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "0")
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

import waitress  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    create_backend_app,
)

import extensions  # noqa: E402


def install_extensions() -> None:
    """Every module beside this file's `extensions/__init__.py` adds one service's missing operations."""
    for module in pkgutil.iter_modules(extensions.__path__):
        importlib.import_module(f"extensions.{module.name}").install()


def die_with_parent(parent: int) -> None:
    """A test's cloud must not outlive the test, however the test ends."""
    tick = threading.Event()
    while not tick.wait(1.0):
        if os.getppid() != parent:
            os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-H", "--host", default="127.0.0.1")
    parser.add_argument("-p", "--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument(
        "--die-with-parent", action="store_true", help="end when the process that started this one ends"
    )
    parser.add_argument("--warm", action="store_true", help="load the services that cells use at once, not when called")
    args = parser.parse_args()
    if not ipaddress.ip_address(args.host).is_loopback:
        sys.exit(f"the local cloud listens on loopback only, not on {args.host}")

    install_extensions()
    application = DomainDispatcherApplication(create_backend_app)
    # One moto serves requests that create hundreds of resources at once; a queue warning every second is of no use.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(
        application,
        host=args.host,
        port=args.port,
        threads=args.threads,
        clear_untrusted_proxy_headers=False,
        ident="local-cloud",
    )
    for received in (signal.SIGTERM, signal.SIGINT):
        signal.signal(received, lambda *_: os._exit(0))
    if args.die_with_parent:
        threading.Thread(target=die_with_parent, args=(os.getppid(),), daemon=True).start()
    if args.warm:
        threading.Thread(target=importlib.import_module("extensions.speed").warm, args=(application,), daemon=True).start()
    print(f"ready {server.effective_port}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
