"""What moto 5.2.5 leaves out of MSK: configurations and their revisions, bootstrap brokers, nodes, updates of a
cluster, and clusters that are ready at once. Same wire protocol, so any AWS client sees them.

API: https://docs.aws.amazon.com/msk/1.0/apireference/resources.html
"""

from __future__ import annotations

import base64
import functools
import json
import uuid
from datetime import datetime, timezone
from typing import Any, Callable
from urllib.parse import unquote

from moto.kafka import models, responses, urls
from moto.kafka.exceptions import BadRequestException, NotFoundException

Backend = models.KafkaBackend
Response = responses.KafkaResponse

NotFoundException.code = 404
BadRequestException.code = 400

# https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
_PORTS = {
    "bootstrapBrokerString": 9092,
    "bootstrapBrokerStringTls": 9094,
    "bootstrapBrokerStringSaslScram": 9096,
    "bootstrapBrokerStringSaslIam": 9098,
}


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _path(self: Response, after: str) -> list[str]:
    """Decoded path elements after `/v1/<after>/`; an ARN arrives with its slashes encoded or plain."""
    return unquote(self.parsed_url.path.split(f"/v1/{after}/", 1)[-1]).split("/")


def _arn_of(self: Response, after: str) -> str:
    """The ARN at the start of the path, which has three elements: `arn:…:cluster`, name, id."""
    return "/".join(_path(self, after)[:3])


# ---- configurations ------------------------------------------------------------------------------------------------


class Configuration:
    def __init__(self, backend: Backend, name: str, description: str, kafka_versions: list[str], properties: str):
        self.name = name
        self.description = description
        self.kafka_versions = kafka_versions
        self.creation_time = _now()
        self.arn = (
            f"arn:{backend.partition}:kafka:{backend.region_name}:{backend.account_id}"
            f":configuration/{name}/{uuid.uuid4()}-1"
        )
        self.revisions: list[dict[str, Any]] = []
        self.revise(description, properties)

    def revise(self, description: str, properties: str) -> None:
        self.revisions.append(
            {
                "revision": len(self.revisions) + 1,
                "creationTime": _now(),
                "description": description,
                "serverProperties": properties,
            }
        )

    def latest(self) -> dict[str, Any]:
        return {key: value for key, value in self.revisions[-1].items() if key != "serverProperties"}

    def summary(self) -> dict[str, Any]:
        return {
            "arn": self.arn,
            "name": self.name,
            "creationTime": self.creation_time,
            "latestRevision": self.latest(),
            "state": "ACTIVE",
        }

    def details(self) -> dict[str, Any]:
        return {**self.summary(), "description": self.description, "kafkaVersions": self.kafka_versions}


def _configurations(backend: Backend) -> dict[str, Configuration]:
    return backend.__dict__.setdefault("configurations", {})


def _configuration(self: Response) -> Configuration:
    arn = _arn_of(self, "configurations")
    found = _configurations(self.kafka_backend).get(arn)
    if found is None:
        raise NotFoundException("The configuration ARN does not exist.")
    return found


def _decoded(properties: Any) -> str:
    text = base64.b64decode(properties).decode()
    for line in text.splitlines():
        if line.strip() and not line.startswith("#") and "=" not in line:
            raise BadRequestException(f"Invalid configuration: {line}")
    return text


def create_configuration(self: Response) -> str:
    backend = self.kafka_backend
    name = self._get_param("name")
    if any(known.name == name for known in _configurations(backend).values()):
        raise BadRequestException("A resource with this name already exists.")
    configuration = Configuration(
        backend,
        name,
        self._get_param("description") or "",
        self._get_param("kafkaVersions") or [],
        _decoded(self._get_param("serverProperties")),
    )
    _configurations(backend)[configuration.arn] = configuration
    return json.dumps(configuration.summary())


def list_configurations(self: Response) -> str:
    found = _configurations(self.kafka_backend).values()
    return json.dumps({"configurations": [configuration.details() for configuration in found]})


def describe_configuration(self: Response) -> str:
    return json.dumps(_configuration(self).details())


def update_configuration(self: Response) -> str:
    configuration = _configuration(self)
    configuration.revise(self._get_param("description") or "", _decoded(self._get_param("serverProperties")))
    return json.dumps({"arn": configuration.arn, "latestRevision": configuration.latest()})


def delete_configuration(self: Response) -> str:
    configuration = _configuration(self)
    for cluster in self.kafka_backend.clusters.values():
        if (cluster.configuration_info or {}).get("arn") == configuration.arn:
            raise BadRequestException("Configuration is in use by one or more clusters.")
    del _configurations(self.kafka_backend)[configuration.arn]
    return json.dumps({"arn": configuration.arn, "state": "DELETING"})


def list_configuration_revisions(self: Response) -> str:
    revisions = [
        {key: value for key, value in revision.items() if key != "serverProperties"}
        for revision in _configuration(self).revisions
    ]
    return json.dumps({"revisions": revisions})


def describe_configuration_revision(self: Response) -> str:
    configuration = _configuration(self)
    number = int(_path(self, "configurations")[-1])
    if not 1 <= number <= len(configuration.revisions):
        raise NotFoundException("The configuration revision does not exist.")
    revision = configuration.revisions[number - 1]
    encoded = base64.b64encode(revision["serverProperties"].encode()).decode()
    return json.dumps({**revision, "arn": configuration.arn, "serverProperties": encoded})


# ---- clusters ------------------------------------------------------------------------------------------------------


def _init_cluster(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def init(self: models.FakeKafkaCluster, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        # AWS puts the name before the id, and host names carry a part of the id.
        head, identity = self.arn.rsplit("/", 1)
        self.arn = f"{head}/{self.cluster_name}/{identity}-1"
        self.unique = identity.replace("-", "")[:6]
        self.creation_time = _now()
        self.state = "ACTIVE"
        self.revision = 1
        self.current_version = "K1"

    return init


def _domain(cluster: models.FakeKafkaCluster) -> str:
    suffix = "amazonaws.com.cn" if cluster.region_name.startswith("cn-") else "amazonaws.com"
    return f"{cluster.cluster_name.lower()[:32]}.{cluster.unique}.c2.kafka.{cluster.region_name}.{suffix}"


def _cluster(self: Response) -> models.FakeKafkaCluster:
    arn = _arn_of(self, "clusters")
    found = self.kafka_backend.clusters.get(arn)
    if found is None:
        raise NotFoundException("The cluster ARN does not exist.")
    return found


def _next(cluster: models.FakeKafkaCluster) -> str:
    cluster.revision += 1
    cluster.current_version = f"K{cluster.revision}"
    operation = cluster.arn.replace(":cluster/", ":cluster-operation/", 1)
    return json.dumps({"clusterArn": cluster.arn, "clusterOperationArn": f"{operation}/{uuid.uuid4()}"})


def _create_cluster(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create(self: Response) -> str:
        backend = self.kafka_backend
        name = self._get_param("clusterName")
        if any(known.cluster_name == name for known in backend.clusters.values()):
            raise BadRequestException("A resource with this name already exists.")
        info = self._get_param("brokerNodeGroupInfo") or {}
        brokers, subnets = int(self._get_param("numberOfBrokerNodes") or 1), info.get("clientSubnets") or []
        if subnets and brokers % len(subnets) != 0:
            raise BadRequestException("The number of broker nodes must be a multiple of the Availability Zones")
        wanted = self._get_param("configurationInfo")
        if wanted:
            known = _configurations(backend).get(wanted["arn"])
            if known is None or not 1 <= int(wanted["revision"]) <= len(known.revisions):
                raise BadRequestException("Configuration ARN and revision do not exist.")
        return original(self)

    return create


def _describe(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def describe(self: Backend, cluster_arn: str) -> dict[str, Any]:
        if cluster_arn not in self.clusters:
            raise NotFoundException("The cluster ARN does not exist.")
        info = original(self, cluster_arn)
        for bag in (info, info.get("provisioned") or {}):
            bag.pop("activeOperationArn", None)
            bag.pop("stateInfo", None)
            if ".kraft" in (self.clusters[cluster_arn].kafka_version or ""):
                # A KRaft cluster has no ZooKeeper.
                bag.pop("zookeeperConnectString", None)
                bag.pop("zookeeperConnectStringTls", None)
            if not (self.clusters[cluster_arn].configuration_info or {}).get("arn"):
                bag.get("currentBrokerSoftwareInfo", {}).pop("configurationArn", None)
                bag.get("currentBrokerSoftwareInfo", {}).pop("configurationRevision", None)
        return info

    return describe


def _delete_cluster(self: Backend, cluster_arn: str, current_version: str) -> tuple[str, str]:
    if self.clusters.pop(cluster_arn, None) is None:
        raise NotFoundException("The cluster ARN does not exist.")
    self.policies.pop(cluster_arn, None)
    self.tagger.delete_all_tags_for_resource(cluster_arn)
    return cluster_arn, "DELETING"


def get_bootstrap_brokers(self: Response) -> str:
    """Up to three brokers, as AWS lists them, for each way in that the cluster opens."""
    cluster = _cluster(self)
    authentication = cluster.client_authentication or {}
    sasl = authentication.get("sasl") or {}
    transit = ((cluster.encryption_info or {}).get("encryptionInTransit") or {}).get("clientBroker", "TLS")
    anyone = (authentication.get("unauthenticated") or {}).get("enabled", not authentication)
    certificates = (authentication.get("tls") or {}).get("enabled", False)
    open_ways = {
        "bootstrapBrokerString": anyone and transit in ("PLAINTEXT", "TLS_PLAINTEXT"),
        "bootstrapBrokerStringTls": (anyone or certificates) and transit in ("TLS", "TLS_PLAINTEXT"),
        "bootstrapBrokerStringSaslScram": (sasl.get("scram") or {}).get("enabled", False),
        "bootstrapBrokerStringSaslIam": (sasl.get("iam") or {}).get("enabled", False),
    }
    numbers = range(1, min(3, int(cluster.number_of_broker_nodes or 0)) + 1)
    return json.dumps(
        {
            way: ",".join(f"b-{number}.{_domain(cluster)}:{_PORTS[way]}" for number in numbers)
            for way, is_open in open_ways.items()
            if is_open
        }
    )


def list_nodes(self: Response) -> str:
    cluster = _cluster(self)
    info = cluster.broker_node_group_info or {}
    subnets = info.get("clientSubnets") or [None]
    nodes = [
        {
            "nodeType": "BROKER",
            "nodeARN": cluster.arn.replace(":cluster/", ":broker/", 1) + f"/{number}",
            "instanceType": info.get("instanceType"),
            "addedToClusterTime": cluster.creation_time,
            "brokerNodeInfo": {
                "brokerId": number,
                "clientSubnet": subnets[(number - 1) % len(subnets)],
                "currentBrokerSoftwareInfo": {"kafkaVersion": cluster.kafka_version},
                "endpoints": [f"b-{number}.{_domain(cluster)}"],
            },
        }
        for number in range(1, int(cluster.number_of_broker_nodes or 0) + 1)
    ]
    return json.dumps({"nodeInfoList": nodes})


def update_broker_count(self: Response) -> str:
    cluster = _cluster(self)
    target = int(self._get_param("targetNumberOfBrokerNodes"))
    zones = len((cluster.broker_node_group_info or {}).get("clientSubnets") or [1])
    if target <= int(cluster.number_of_broker_nodes) or target % zones != 0:
        raise BadRequestException("The target number of broker nodes must be a larger multiple of Availability Zones.")
    cluster.number_of_broker_nodes = target
    return _next(cluster)


def update_broker_storage(self: Response) -> str:
    cluster = _cluster(self)
    for target in self._get_param("targetBrokerEBSVolumeInfo") or []:
        volume = cluster.broker_node_group_info.setdefault("storageInfo", {}).setdefault("ebsStorageInfo", {})
        if target["volumeSizeGB"] < volume.get("volumeSize", 0):
            raise BadRequestException("The storage of a broker cannot shrink.")
        volume["volumeSize"] = target["volumeSizeGB"]
    return _next(cluster)


def update_broker_type(self: Response) -> str:
    cluster = _cluster(self)
    cluster.broker_node_group_info["instanceType"] = self._get_param("targetInstanceType")
    return _next(cluster)


def update_cluster_configuration(self: Response) -> str:
    cluster = _cluster(self)
    cluster.configuration_info = self._get_param("configurationInfo")
    return _next(cluster)


def update_cluster_kafka_version(self: Response) -> str:
    cluster = _cluster(self)
    cluster.kafka_version = self._get_param("targetKafkaVersion")
    if self._get_param("configurationInfo"):
        cluster.configuration_info = self._get_param("configurationInfo")
    return _next(cluster)


def update_monitoring(self: Response) -> str:
    cluster = _cluster(self)
    for parameter, attribute in {
        "enhancedMonitoring": "enhanced_monitoring",
        "loggingInfo": "logging_info",
        "openMonitoring": "open_monitoring",
    }.items():
        value = self._get_param(parameter)
        if value is not None:
            setattr(cluster, attribute, value)
    return _next(cluster)


def update_security(self: Response) -> str:
    cluster = _cluster(self)
    for parameter, attribute in {
        "clientAuthentication": "client_authentication",
        "encryptionInfo": "encryption_info",
    }.items():
        value = self._get_param(parameter)
        if value is not None:
            setattr(cluster, attribute, {**(getattr(cluster, attribute) or {}), **value})
    return _next(cluster)


# ---- installation --------------------------------------------------------------------------------------------------

# moto's router takes an ARN for one path element; decoded it is three. By what follows the ARN, and the method.
_ACTIONS = {
    ("configurations", "", "GET"): "DescribeConfiguration",
    ("configurations", "", "PUT"): "UpdateConfiguration",
    ("configurations", "", "DELETE"): "DeleteConfiguration",
    ("configurations", "revisions", "GET"): "ListConfigurationRevisions",
    ("configurations", "revisions/N", "GET"): "DescribeConfigurationRevision",
    ("clusters", "bootstrap-brokers", "GET"): "GetBootstrapBrokers",
    ("clusters", "nodes", "GET"): "ListNodes",
    ("clusters", "nodes/count", "PUT"): "UpdateBrokerCount",
    ("clusters", "nodes/storage", "PUT"): "UpdateBrokerStorage",
    ("clusters", "nodes/type", "PUT"): "UpdateBrokerType",
    ("clusters", "configuration", "PUT"): "UpdateClusterConfiguration",
    ("clusters", "version", "PUT"): "UpdateClusterKafkaVersion",
    ("clusters", "monitoring", "PUT"): "UpdateMonitoring",
    ("clusters", "security", "PATCH"): "UpdateSecurity",
}


def _get_action(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def get_action(self: Response, request: Any) -> Any:
        for collection in ("configurations", "clusters"):
            if f"/v1/{collection}/" in self.parsed_url.path:
                rest = "/".join("N" if part.isdigit() else part for part in _path(self, collection)[3:])
                action = _ACTIONS.get((collection, rest, self.method))
                if action is not None:
                    return action
        return original(self, request)

    return get_action


def install() -> None:
    for operation in (
        create_configuration,
        list_configurations,
        describe_configuration,
        update_configuration,
        delete_configuration,
        list_configuration_revisions,
        describe_configuration_revision,
        get_bootstrap_brokers,
        list_nodes,
        update_broker_count,
        update_broker_storage,
        update_broker_type,
        update_cluster_configuration,
        update_cluster_kafka_version,
        update_monitoring,
        update_security,
    ):
        setattr(Response, operation.__name__, operation)
    # moto's own pattern for a cluster takes every path below it too.
    urls.url_paths["{0}/v1/configurations$"] = Response.dispatch
    urls.url_paths["{0}/v1/configurations/(?P<arn>.+)$"] = Response.dispatch
    Response._get_action_from_method_and_request_uri = _get_action(Response._get_action_from_method_and_request_uri)
    models.FakeKafkaCluster.__init__ = _init_cluster(models.FakeKafkaCluster.__init__)
    Response.create_cluster = _create_cluster(Response.create_cluster)
    Backend.describe_cluster = _describe(Backend.describe_cluster)
    Backend.describe_cluster_v2 = _describe(Backend.describe_cluster_v2)
    Backend.delete_cluster = _delete_cluster
