"""What moto 5.2.5 leaves out of Amazon MQ: hosts that differ from broker to broker, and deletes that leave
neither tags nor the configuration that came with the broker.

API: https://docs.aws.amazon.com/amazon-mq/latest/api-reference/resources.html
"""

from __future__ import annotations

import functools
import uuid
from typing import Any, Callable

from moto.mq import models
from moto.mq.exceptions import UnknownBroker


def _init_broker(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def init(self: models.Broker, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        region = kwargs.get("region", "")
        partition = self.arn.split(":")[1]
        self.id = f"b-{uuid.uuid4()}"
        self.arn = f"{self.arn.rsplit(':', 1)[0]}:{self.name}:{self.id}"
        if self.engine_type.upper() == "RABBITMQ":
            suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
            host = f"{self.id}.mq.{region}.{suffix}"
            # A cluster too has one address: a load balancer's.
            self.instances = [{"consoleURL": f"https://{host}", "endpoints": [f"amqps://{host}:5671"]}]

    return init


def _delete_broker(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def delete(self: models.MQBackend, broker_id: str) -> None:
        if broker_id not in self.brokers:
            raise UnknownBroker(broker_id)
        broker = self.brokers[broker_id]
        self.tagger.delete_all_tags_for_resource(broker.arn)
        original(self, broker_id)
        made = self.configs.get((broker.configurations["current"] or {}).get("Id"))
        # The one that moto made with the broker, when it was given none.
        if made is not None and made.name == f"{broker.name}-configuration":
            del self.configs[made.id]
            self.tagger.delete_all_tags_for_resource(made.arn)

    return delete


def install() -> None:
    models.Broker.__init__ = _init_broker(models.Broker.__init__)
    models.MQBackend.delete_broker = _delete_broker(models.MQBackend.delete_broker)
