"""What moto 5.2.5 leaves out of ElastiCache: parameter groups, changes of a cluster, the members of a replication
group (as separate clusters, each with its node and address), node endpoints, the memcached configuration endpoint,
and deletes that really delete. Same wire protocol, so any AWS client sees them.

API: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import functools
import zlib
from re import compile as re_compile
from typing import Any, Callable

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult, PaginatedResult
from moto.elasticache import models, responses
from moto.elasticache.exceptions import (
    CacheClusterNotFound,
    CacheSubnetGroupNotFound,
    InvalidParameterValueException,
    ReplicationGroupNotFound,
)

Backend = models.ElastiCacheBackend
Response = responses.ElastiCacheResponse


class CacheParameterGroupNotFound(ServiceException):
    code = "CacheParameterGroupNotFound"

    def __init__(self, name: str):
        super().__init__(f"CacheParameterGroup {name} not found.")


class CacheParameterGroupAlreadyExists(ServiceException):
    code = "CacheParameterGroupAlreadyExists"

    def __init__(self, name: str):
        super().__init__(f"Cache parameter group {name} already exists.")


class InUse(ServiceException):
    """A group that clusters still use."""

    def __init__(self, code: str, message: str):
        self.code = code
        super().__init__(message)


# ---- names ---------------------------------------------------------------------------------------------------------

_DIRECTIONS = {
    "north": "n", "south": "s", "east": "e", "west": "w", "central": "c",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}


def _short(region: str) -> str:
    """`eu-west-1` is `euw1` in ElastiCache's host names."""
    area, direction, number = region.rsplit("-", 2)
    return f"{area.replace('-', '')}{_DIRECTIONS.get(direction, direction)}{number}"


def _domain(backend: Backend, owner: str) -> str:
    suffix = "amazonaws.com.cn" if backend.region_name.startswith("cn-") else "amazonaws.com"
    # Within one account and region the same name gives the same host again, as a recreated cell expects.
    unique = f"{zlib.crc32(f'{backend.account_id}/{backend.region_name}/{owner}'.encode()):08x}"[:6]
    return f"{owner}.{unique}.{_short(backend.region_name)}.cache.{suffix}"


def _zones(backend: Backend, subnet_group: str | None) -> list[str]:
    group = backend.cache_subnet_groups.get(subnet_group or "")
    zones = [subnet.get("subnet_availability_zone") for subnet in group.subnets] if group else []
    names = sorted({zone for zone in zones if isinstance(zone, str)})
    return names or [f"{backend.region_name}a"]


# ---- parameter groups ----------------------------------------------------------------------------------------------


class ParameterGroup:
    def __init__(self, backend: Backend, name: str, family: str, description: str):
        self.cache_parameter_group_name = name
        self.cache_parameter_group_family = family
        self.description = description
        self.is_global = False
        self.arn = (
            f"arn:{backend.partition}:elasticache:{backend.region_name}:{backend.account_id}:parametergroup:{name}"
        )
        self.values: dict[str, str] = {}


def _groups(backend: Backend) -> dict[str, ParameterGroup]:
    return backend.__dict__.setdefault("cache_parameter_groups", {})


def _group(backend: Backend, name: str) -> ParameterGroup:
    found = _groups(backend).get(name)
    if found is None:
        raise CacheParameterGroupNotFound(name)
    return found


def create_cache_parameter_group(self: Response) -> ActionResult:
    backend = self.elasticache_backend
    name = self._get_param("CacheParameterGroupName").lower()
    if name in _groups(backend):
        raise CacheParameterGroupAlreadyExists(name)
    group = ParameterGroup(
        backend, name, self._get_param("CacheParameterGroupFamily"), self._get_param("Description") or ""
    )
    _groups(backend)[name] = group
    backend.tagging_service.tag_resource(group.arn, self._get_param("Tags", []))
    return ActionResult({"CacheParameterGroup": group})


def describe_cache_parameter_groups(self: Response) -> ActionResult:
    backend = self.elasticache_backend
    name = self._get_param("CacheParameterGroupName")
    found = [_group(backend, name)] if name else list(_groups(backend).values())
    return PaginatedResult({"CacheParameterGroups": found})


def describe_cache_parameters(self: Response) -> ActionResult:
    """Values set by the user; the engine's own defaults (`Source=system`) are not kept."""
    group = _group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
    source = self._get_param("Source")
    parameters = [
        {"ParameterName": name, "ParameterValue": value, "Source": "user", "IsModifiable": True}
        for name, value in sorted(group.values.items())
    ]
    return PaginatedResult({"Parameters": parameters if source in (None, "user") else []})


def modify_cache_parameter_group(self: Response) -> ActionResult:
    group = _group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
    for pair in self._get_param("ParameterNameValues", []):
        group.values[pair["ParameterName"]] = pair["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def reset_cache_parameter_group(self: Response) -> ActionResult:
    group = _group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
    if self._get_bool_param("ResetAllParameters"):
        group.values.clear()
    for pair in self._get_param("ParameterNameValues", []):
        group.values.pop(pair["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def delete_cache_parameter_group(self: Response) -> ActionResult:
    backend = self.elasticache_backend
    group = _group(backend, self._get_param("CacheParameterGroupName"))
    name = group.cache_parameter_group_name
    if any(getattr(cluster, "parameter_group", None) == name for cluster in backend.cache_clusters.values()):
        raise InUse("InvalidCacheParameterGroupState", f"Cache parameter group {name} is in use")
    del _groups(backend)[name]
    backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return EmptyResult()


# ---- subnet groups -------------------------------------------------------------------------------------------------


def modify_cache_subnet_group(self: Response) -> ActionResult:
    backend = self.elasticache_backend
    name = self._get_param("CacheSubnetGroupName")
    old = backend.describe_cache_subnet_groups(name)[0]
    new = models.CacheSubnetGroup(
        account_id=backend.account_id,
        region_name=backend.region_name,
        cache_subnet_group_name=name,
        cache_subnet_group_description=self._get_param("CacheSubnetGroupDescription")
        or old.cache_subnet_group_description,
        subnet_ids=self._get_param("SubnetIds") or old.subnet_ids,
        tags=None,
    )
    new.arn = old.arn
    backend.cache_subnet_groups[name] = new
    _describe_zones(new)
    return ActionResult({"CacheSubnetGroup": new})


def delete_cache_subnet_group(self: Response) -> ActionResult:
    backend = self.elasticache_backend
    name = self._get_param("CacheSubnetGroupName")
    if name not in backend.cache_subnet_groups:
        raise CacheSubnetGroupNotFound(name)
    if any(cluster.cache_subnet_group_name == name for cluster in backend.cache_clusters.values()):
        raise InUse("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")
    group = backend.cache_subnet_groups.pop(name)
    backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return EmptyResult()


def _describe_zones(group: models.CacheSubnetGroup) -> None:
    """moto answers a zone's bare name where the API has a structure."""
    group.Subnets = [
        {
            "SubnetIdentifier": subnet["subnet_identifier"],
            "SubnetAvailabilityZone": {"Name": subnet.get("subnet_availability_zone")},
            "SupportedNetworkTypes": subnet.get("supported_network_types"),
        }
        for subnet in group.subnets
    ]


def _create_cache_subnet_group(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create(self: Backend, *args: Any, **kwargs: Any) -> models.CacheSubnetGroup:
        group = original(self, *args, **kwargs)
        group.arn = group.arn.replace("arn:aws:", f"arn:{self.partition}:", 1)
        self.tagging_service.tag_resource(group.arn, kwargs.get("tags") or [])
        _describe_zones(group)
        return group

    return create


# ---- clusters ------------------------------------------------------------------------------------------------------


def _dress(backend: Backend, cluster: models.CacheCluster, zone_of: Callable[[int], str], nodes: list[Any]) -> None:
    """Adds the members of describe-cache-clusters that moto lacks to a cluster."""
    cluster.parameter_group = cluster.cache_parameter_group_name
    cluster.cache_parameter_group = {
        "CacheParameterGroupName": cluster.cache_parameter_group_name,
        "ParameterApplyStatus": "in-sync",
        "CacheNodeIdsToReboot": [],
    }
    cluster.security_groups = [
        {"SecurityGroupId": group, "Status": "active"} for group in cluster.security_group_ids or []
    ]
    cluster.cache_nodes = [
        {
            "CacheNodeId": f"{index + 1:04}",
            "CacheNodeStatus": "available",
            "CacheNodeCreateTime": cluster.cache_cluster_create_time,
            "Endpoint": {"Address": address, "Port": cluster.port},
            "ParameterGroupStatus": "in-sync",
            "CustomerAvailabilityZone": zone_of(index),
        }
        for index, address in enumerate(nodes)
    ]
    zones = {node["CustomerAvailabilityZone"] for node in cluster.cache_nodes}
    cluster.preferred_availability_zone = zones.pop() if len(zones) == 1 else "Multiple"
    cluster.num_cache_nodes = len(cluster.cache_nodes)


def _place_memcached(backend: Backend, cluster: models.CacheCluster, count: int) -> None:
    domain = _domain(backend, cluster.cache_cluster_id)
    zones = cluster.preferred_availability_zones or _zones(backend, cluster.cache_subnet_group_name)
    if cluster.az_mode != "cross-az":
        zones = zones[:1]
    name, rest = domain.split(".", 1)
    hash_, rest = rest.split(".", 1)
    nodes = [f"{name}.{hash_}.{index + 1:04}.{rest}" for index in range(count)]
    _dress(backend, cluster, lambda index: zones[index % len(zones)], nodes)
    cluster.configuration_endpoint = {"Address": f"{name}.{hash_}.cfg.{rest}", "Port": cluster.port}


def _create_cache_cluster(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create(self: Backend, *args: Any, **kwargs: Any) -> models.CacheCluster:
        _require_groups(self, kwargs.get("cache_subnet_group_name"), kwargs.get("cache_parameter_group_name"))
        cluster = original(self, *args, **kwargs)
        if cluster.engine == "memcached":
            cluster.port = kwargs.get("port") or 11211
            _place_memcached(self, cluster, cluster.num_cache_nodes)
        return cluster

    return create


def _require_groups(backend: Backend, subnets: str | None, parameters: str | None) -> None:
    if subnets and subnets not in backend.cache_subnet_groups:
        raise CacheSubnetGroupNotFound(subnets)
    if parameters and not parameters.startswith("default.") and parameters not in _groups(backend):
        raise CacheParameterGroupNotFound(parameters)


def modify_cache_cluster(self: Response) -> ActionResult:
    backend = self.elasticache_backend
    cluster = backend.describe_cache_clusters(self._get_param("CacheClusterId"))[0]
    _change(self, cluster)
    count = self._get_int_param("NumCacheNodes") or cluster.num_cache_nodes
    if cluster.engine == "memcached":
        cluster.az_mode = self._get_param("AZMode") or cluster.az_mode
        _place_memcached(backend, cluster, count)
    return ActionResult({"CacheCluster": cluster})


def _change(self: Response, cluster: models.CacheCluster) -> None:
    """Settings that a cluster and the members of a group take alike; moto applies at once."""
    for parameter, attribute in {
        "CacheNodeType": "cache_node_type",
        "EngineVersion": "engine_version",
        "CacheParameterGroupName": "cache_parameter_group_name",
        "PreferredMaintenanceWindow": "preferred_maintenance_window",
        "SnapshotWindow": "snapshot_window",
        "SecurityGroupIds": "security_group_ids",
    }.items():
        value = self._get_param(parameter)
        if value:
            setattr(cluster, attribute, value)
    if self._get_param("AutoMinorVersionUpgrade") is not None:
        cluster.auto_minor_version_upgrade = self._get_bool_param("AutoMinorVersionUpgrade")
    if self._get_param("SnapshotRetentionLimit") is not None:
        cluster.snapshot_retention_limit = self._get_int_param("SnapshotRetentionLimit")


def _delete_cache_cluster(self: Backend, cache_cluster_id: str) -> models.CacheCluster:
    cluster = self.cache_clusters.pop(cache_cluster_id, None)
    if cluster is None:
        raise CacheClusterNotFound(cache_cluster_id)
    cluster.cache_cluster_status = "deleting"
    self.tagging_service.delete_all_tags_for_resource(cluster.arn)
    return cluster


# ---- replication groups --------------------------------------------------------------------------------------------


def _create_replication_group(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create(self: Backend, *args: Any, **kwargs: Any) -> models.ReplicationGroup:
        _require_groups(self, kwargs.get("cache_subnet_group_name"), kwargs.get("cache_parameter_group_name"))
        if kwargs.get("auth_token") and not kwargs.get("transit_encryption_enabled"):
            raise InvalidParameterValueException("The AUTH token needs encryption in transit.")
        group = original(self, *args, **kwargs)
        group.arn = group.arn.replace("arn:aws:", f"arn:{self.partition}:", 1)
        self.tagging_service.tag_resource(group.arn, kwargs.get("tags") or [])
        if group.cluster_mode == "disabled":
            count = kwargs.get("num_cache_clusters") or 1
            _place_members(self, group, count, kwargs.get("preferred_cache_cluster_azs"))
        return group

    return create


def _place_members(
    backend: Backend, group: models.ReplicationGroup, count: int, preferred: list[str] | None = None
) -> None:
    """The nodes of a group without shards: the first is the primary."""
    old = {member["cache_cluster_id"]: member for member in group.node_groups[0]["node_group_members"]}
    domain = _domain(backend, group.replication_group_id)
    zones = preferred or _zones(backend, group.cache_subnet_group_name)
    # With TLS the group's endpoints are named by role, without it by shard.
    primary = f"master.{domain}" if group.transit_encryption_enabled else domain.replace(".", ".ng.", 1)
    reader = f"replica.{domain}" if group.transit_encryption_enabled else domain.replace(".", "-ro.ng.", 1)
    members = []
    for index in range(count):
        cluster_id = f"{group.replication_group_id}-{index + 1:03}"
        known = old.get(cluster_id, {}) if cluster_id in backend.cache_clusters else {}
        members.append(
            {
                "cache_cluster_id": cluster_id,
                "cache_node_id": "0001",
                "read_endpoint": {"address": f"{cluster_id}.{domain}", "port": group.port},
                "preferred_availability_zone": known.get("preferred_availability_zone") or zones[index % len(zones)],
                "current_role": "primary" if index == 0 else "replica",
            }
        )
    group.node_groups[0].update(
        {
            "node_group_id": "0001",
            "primary_endpoint": {"address": primary, "port": group.port},
            "reader_endpoint": {"address": reader, "port": group.port},
            "node_group_members": members,
        }
    )
    group.member_clusters = [member["cache_cluster_id"] for member in members]
    for gone in set(old) - set(group.member_clusters):
        backend.cache_clusters.pop(gone, None)
    for member in members:
        _place_member(backend, group, member)


def _place_member(backend: Backend, group: models.ReplicationGroup, member: dict[str, Any]) -> None:
    cluster_id = member["cache_cluster_id"]
    cluster = backend.cache_clusters.get(cluster_id)
    if cluster is None:
        settings = dict.fromkeys(models.CacheCluster.__init__.__annotations__.keys() - {"return"})
        settings.update(account_id=backend.account_id, region_name=backend.region_name, cache_cluster_id=cluster_id)
        cluster = models.CacheCluster(**{**settings, "engine": "redis", "log_delivery_configurations": []})
        backend.cache_clusters[cluster_id] = cluster
    cluster.replication_group_id = group.replication_group_id
    for attribute in (
        "cache_node_type", "engine", "engine_version", "cache_parameter_group_name", "cache_subnet_group_name",
        "security_group_ids", "port", "preferred_maintenance_window", "snapshot_window", "auto_minor_version_upgrade",
        "transit_encryption_enabled", "transit_encryption_mode", "at_rest_encryption_enabled", "auth_token_enabled",
        "log_delivery_configurations", "snapshot_retention_limit",
    ):
        setattr(cluster, attribute, getattr(group, attribute, None))
    cluster.replication_group_log_delivery_enabled = bool(group.log_delivery_configurations)
    _dress(backend, cluster, lambda _: member["preferred_availability_zone"], [member["read_endpoint"]["address"]])


def _modify_replication_group(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def modify(self: Response) -> ActionResult:
        result = original(self)
        backend = self.elasticache_backend
        group = backend.describe_replication_groups(self._get_param("ReplicationGroupId"))[0]
        _change(self, group)
        if self._get_param("AuthToken"):
            group.auth_token_enabled = True
        logs = self._get_param("LogDeliveryConfigurations")
        if logs is not None:
            kept = {each["LogType"]: each for each in group.log_delivery_configurations}
            for each in logs:
                kept.pop(each["LogType"], None)
                if each.get("Enabled") is not False:
                    kept[each["LogType"]] = {**each, "Status": "active"}
            group.log_delivery_configurations = list(kept.values())
        _place_members(backend, group, len(group.member_clusters))
        return result

    return modify


def _resize(self: Response, change: Callable[[int], bool]) -> ActionResult:
    backend = self.elasticache_backend
    group = backend.describe_replication_groups(self._get_param("ReplicationGroupId"))[0]
    replicas = self._get_int_param("NewReplicaCount")
    if replicas is None or not change(replicas + 1 - len(group.member_clusters)):
        raise InvalidParameterValueException("NewReplicaCount must change the number of replicas in this direction.")
    _place_members(backend, group, replicas + 1)
    return ActionResult({"ReplicationGroup": group})


def increase_replica_count(self: Response) -> ActionResult:
    return _resize(self, lambda by: by > 0)


def decrease_replica_count(self: Response) -> ActionResult:
    return _resize(self, lambda by: by < 0)


def _delete_replication_group(
    self: Backend, replication_group_id: str, retain_primary_cluster: bool | None
) -> models.ReplicationGroup:
    group = self.replication_groups.pop(replication_group_id, None)
    if group is None:
        raise ReplicationGroupNotFound(replication_group_id)
    group.status = "deleting"
    for member in group.member_clusters[1 if retain_primary_cluster else 0 :]:
        self.cache_clusters.pop(member, None)
    self.tagging_service.delete_all_tags_for_resource(group.arn)
    return group


# ---- installation --------------------------------------------------------------------------------------------------


def _init(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def init(self: Backend, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        # moto supports neither other partitions nor parameter groups.
        self.arn_regex = re_compile(
            r"^arn:aws[a-z-]*:elasticache:.*:[0-9]*:"
            r"(cluster|snapshot|subnetgroup|replicationgroup|parametergroup|user):.*$"
        )

    return init


def install() -> None:
    for operation in (
        create_cache_parameter_group,
        describe_cache_parameter_groups,
        describe_cache_parameters,
        modify_cache_parameter_group,
        reset_cache_parameter_group,
        delete_cache_parameter_group,
        modify_cache_subnet_group,
        delete_cache_subnet_group,
        modify_cache_cluster,
        increase_replica_count,
        decrease_replica_count,
    ):
        setattr(Response, operation.__name__, operation)
    Response.modify_replication_group = _modify_replication_group(Response.modify_replication_group)
    Backend.__init__ = _init(Backend.__init__)
    Backend.create_cache_subnet_group = _create_cache_subnet_group(Backend.create_cache_subnet_group)
    Backend.create_cache_cluster = _create_cache_cluster(Backend.create_cache_cluster)
    Backend.delete_cache_cluster = _delete_cache_cluster
    Backend.create_replication_group = _create_replication_group(Backend.create_replication_group)
    Backend.delete_replication_group = _delete_replication_group
