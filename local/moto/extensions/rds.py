"""What moto 5.2.5 leaves out of RDS (resetting parameters), and where it answers differently from AWS: every instance
has the same resource id and host part, a replica takes its primary's standby, a primary and its replica lose each other
by a new name, Performance Insights is not in the answer, and China's host names lack their end.

API: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import functools
import uuid
import zlib
from typing import Any, Callable

from moto.core.responses import ActionResult
from moto.rds import models, responses
from moto.rds.exceptions import DBParameterGroupNotFoundError

DBInstance = models.DBInstance
Backend = models.RDSBackend


def _address(self: DBInstance) -> str:
    # One part for all instances of an account and region, as AWS has it.
    unique = f"{zlib.crc32(f'{self.account_id}/{self.region}'.encode()):08x}"
    suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
    return f"{self.db_instance_identifier}.c{unique}.{self.region}.rds.{suffix}"


def _identify(instance: DBInstance, settings: dict[str, Any]) -> None:
    instance.dbi_resource_id = f"db-{uuid.uuid4().hex[:26].upper()}"
    instance.performance_insights_enabled = bool(settings.get("enable_performance_insights"))


def _create(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create(self: Backend, db_kwargs: dict[str, Any]) -> DBInstance:
        instance = original(self, db_kwargs)
        _identify(instance, db_kwargs)
        for setting in ("performance_insights_kms_key_id", "performance_insights_retention_period"):
            if db_kwargs.get(setting) is not None:
                setattr(instance, setting, db_kwargs[setting])
        return instance

    return create


def _create_replica(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create(self: Backend, db_kwargs: dict[str, Any]) -> DBInstance:
        settings = dict(db_kwargs)
        replica = original(self, db_kwargs)
        _identify(replica, settings)
        replica.multi_az = bool(settings.get("multi_az"))
        replica.backup_retention_period = settings.get("backup_retention_period") or 0
        return replica

    return create


def _modify(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def modify(self: Backend, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> DBInstance:
        settings = dict(db_kwargs)
        instance = original(self, db_instance_identifier, db_kwargs)
        if settings.get("enable_performance_insights") is not None:
            instance.performance_insights_enabled = bool(settings["enable_performance_insights"])
        new_name = instance.db_instance_identifier
        for other in self.databases.values():
            if other.source_db_instance_identifier == db_instance_identifier:
                other.source_db_instance_identifier = new_name
            other.replicas = [new_name if name == db_instance_identifier else name for name in other.replicas]
        return instance

    return modify


def reset_db_parameter_group(self: responses.RDSResponse) -> ActionResult:
    name = self.params.get("DBParameterGroupName")
    group = self.backend.db_parameter_groups.get(name)
    if group is None:
        raise DBParameterGroupNotFoundError(name)
    if self.params.get("ResetAllParameters"):
        group.parameters.clear()
    for parameter in self.params.get("Parameters", []):
        group.parameters.pop(parameter.original_dict()["ParameterName"], None)
    return ActionResult({"DBParameterGroupName": group.name})


def install() -> None:
    responses.RDSResponse.reset_db_parameter_group = reset_db_parameter_group
    DBInstance.address = property(_address)
    Backend.create_db_instance = _create(Backend.create_db_instance)
    Backend.create_db_instance_read_replica = _create_replica(Backend.create_db_instance_read_replica)
    Backend.modify_db_instance = _modify(Backend.modify_db_instance)
