"""Caches what moto 5.2.5 computes repeatedly though it never changes while it runs, and on demand computes it early.

Every request is dispatched under one lock, inside which moto lists and tests its folders; every service, when first
used, searches all of botocore's four hundred. Together that was half of the local cloud's work in an `up`.
"""

from __future__ import annotations

import functools
from typing import Any

import moto.core.utils
from moto import backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.utils import get_service_model
from moto.iam.models import iam_backends

# As in the first label of their hosts, and as botocore names them.
_HOSTS = {
    "acm": "acm",
    "apigateway": "apigatewayv2",
    "autoscaling": "autoscaling",
    "ec2": "ec2",
    "eks": "eks",
    "elasticache": "elasticache",
    "elasticloadbalancing": "elbv2",
    "iam": "iam",
    "kafka": "kafka",
    "kms": "kms",
    "lambda": "lambda",
    "logs": "logs",
    "monitoring": "cloudwatch",
    "mq": "mq",
    "rds": "rds",
    "route53": "route53",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
}


def install() -> None:
    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    # One loader caches its results; moto creates a new one for each service.
    moto.core.utils.create_loader = functools.cache(moto.core.utils.create_loader)


def warm(application: Any) -> None:
    """Loads the services that cells use, while the engine is still reading the program."""
    for host, service in _HOSTS.items():
        with application.lock:
            backend = application.get_backend_for_host(f"{host}.us-east-1.amazonaws.com")
            if backend is not None and backend not in application.app_instances:
                application.app_instances[backend] = application.create_app(backend)
        get_service_model(service)
    # AWS's managed policies, which each partition has.
    for partition in ("aws", "aws-cn"):
        iam_backends[DEFAULT_ACCOUNT_ID][partition]
