"""What moto 5.2.5 leaves out of EKS: add-ons, access entries, pod identity, updates, a security group for the cluster
and a real Auto Scaling group behind each managed node group. Same wire protocol, so any AWS client sees them.

API: https://docs.aws.amazon.com/eks/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import functools
import re
import uuid
from typing import Any, Callable
from urllib.parse import unquote

from moto.autoscaling.models import autoscaling_backends
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.eks import models, responses, urls
from moto.eks.exceptions import (
    InvalidRequestException,
    ResourceInUseException,
    ResourceNotFoundException,
)

EKSBackend = models.EKSBackend
EKSResponse = responses.EKSResponse

ADDON_VERSION = "v1.0.0-eksbuild.1"


def _cluster(self: EKSResponse) -> models.Cluster:
    return self.eks_backend.describe_cluster(self._get_param("name") or self._get_param("clusterName"))


def _arn(self: EKSResponse, kind: str, *parts: str) -> str:
    backend = self.eks_backend
    path = "/".join([kind, *parts])
    return f"arn:{backend.partition}:eks:{backend.region_name}:{backend.account_id}:{path}"


def _missing(kind: str, name: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(message=f"No {kind} found for: {name}")


def _exists(kind: str, name: str) -> ResourceInUseException:
    return ResourceInUseException(message=f"{kind} already exists: {name}")


def _update(kind: str) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "status": "Successful", "type": kind, "params": [], "errors": [], "createdAt": utcnow()}


# ---- clusters ------------------------------------------------------------------------------------------------------


def _create_cluster(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_cluster(self: EKSResponse) -> ActionResult:
        result = original(self)
        cluster = self.eks_backend.clusters[self._get_param("name")]
        access = self._get_param("accessConfig") or {}
        cluster.access_config = {
            "authenticationMode": access.get("authenticationMode", "CONFIG_MAP"),
            "bootstrapClusterCreatorAdminPermissions": access.get("bootstrapClusterCreatorAdminPermissions", True),
        }
        cluster.upgrade_policy = self._get_param("upgradePolicy") or {"supportType": "EXTENDED"}
        cluster.deletion_protection = bool(self._get_param("deletionProtection"))
        cluster.bootstrap_self_managed_addons = self._get_param("bootstrapSelfManagedAddons")
        _place(cluster, self.eks_backend)
        return result

    return create_cluster


def _place(cluster: models.Cluster, backend: EKSBackend) -> None:
    """The VPC of the subnets, and the security group EKS makes for each cluster."""
    config = cluster.resources_vpc_config
    config.setdefault("endpointPublicAccess", True)
    config.setdefault("endpointPrivateAccess", False)
    config.setdefault("publicAccessCidrs", ["0.0.0.0/0"] if config["endpointPublicAccess"] else [])
    config.setdefault("securityGroupIds", [])
    subnets = config.get("subnetIds") or []
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    known = [subnet for subnet in (_subnet(ec2, each) for each in subnets) if subnet is not None]
    if not known:
        return
    config["vpcId"] = known[0].vpc_id
    group = ec2.create_security_group(
        name=f"eks-cluster-sg-{cluster.name}-{uuid.uuid4().int % 10**10}",
        description="EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
        vpc_id=known[0].vpc_id,
        tags={"aws:eks:cluster-name": cluster.name},
    )
    config["clusterSecurityGroupId"] = group.id


def _subnet(ec2: Any, subnet_id: str) -> Any:
    try:
        return ec2.get_subnet(subnet_id)
    except Exception:  # a subnet that moto lacks
        return None


def _delete_cluster(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def delete_cluster(self: EKSBackend, name: str) -> Any:
        known = self.clusters.get(name)
        if known is not None and getattr(known, "deletion_protection", False):
            raise InvalidRequestException(message=f"Cluster {name} has deletion protection enabled")
        cluster = original(self, name)
        group = cluster.resources_vpc_config.get("clusterSecurityGroupId")
        if group is not None:
            ec2_backends[self.account_id][self.region_name].delete_security_group(group_id=group)
        return cluster

    return delete_cluster


def _update_cluster_config(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def update_cluster_config(self: EKSResponse) -> ActionResult:
        cluster = _cluster(self)
        vpc = {**cluster.resources_vpc_config, **(self._get_param("resourcesVpcConfig") or {})}
        access = self._get_param("accessConfig")
        original(self)
        cluster.resources_vpc_config = vpc
        if access:
            cluster.access_config = {**cluster.access_config, **access}
        if self._get_param("upgradePolicy"):
            cluster.upgrade_policy = self._get_param("upgradePolicy")
        if self._get_param("deletionProtection") is not None:
            cluster.deletion_protection = bool(self._get_param("deletionProtection"))
        return ActionResult({"update": _update("ConfigUpdate")})

    return update_cluster_config


def update_cluster_version(self: EKSResponse) -> ActionResult:
    _cluster(self).version = self._get_param("version")
    return ActionResult({"update": _update("VersionUpdate")})


# ---- managed node groups -------------------------------------------------------------------------------------------


def _create_nodegroup(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_nodegroup(self: EKSResponse) -> ActionResult:
        result = original(self)
        backend = self.eks_backend
        cluster = _cluster(self)
        group = cluster.nodegroups[self._get_param("nodegroupName")]
        # moto's own default is a years-old version; EKS takes the cluster's.
        group.version = self._get_param("version") or cluster.version
        group.update_config = self._get_param("updateConfig") or {"maxUnavailable": 1}
        if group.launch_template:
            # These belong to the launch template: EKS leaves them out.
            group.remote_access = None
            group.disk_size = None
        _create_asg(backend, group)
        return result

    return create_nodegroup


def _create_asg(backend: EKSBackend, group: models.Nodegroup) -> None:
    """A group without instances: moto's EC2 would need an image, and EKS's launch templates name none."""
    if not group.launch_template:
        return
    name = f"eks-{group.nodegroup_name}-{group.uuid}"
    template = group.launch_template
    specification = {"Version": str(template.get("version", "$Default"))}
    if template.get("id"):
        specification["LaunchTemplateId"] = template["id"]
    else:
        specification["LaunchTemplateName"] = template["name"]
    tags = {
        "eks:cluster-name": group.cluster_name,
        "eks:nodegroup-name": group.nodegroup_name,
        f"kubernetes.io/cluster/{group.cluster_name}": "owned",
    }
    asg = autoscaling_backends[backend.account_id][backend.region_name].create_auto_scaling_group(
        name=name,
        availability_zones=[],
        desired_capacity=0,
        max_size=group.scaling_config.get("maxSize"),
        min_size=0,
        launch_config_name="",
        launch_template=specification,
        vpc_zone_identifier=",".join(group.subnets),
        default_cooldown=None,
        health_check_period=15,
        health_check_type="EC2",
        load_balancers=[],
        target_group_arns=[],
        placement_group=None,
        termination_policies=["AllocationStrategy", "OldestLaunchTemplate", "OldestInstance"],
        tags=[
            {"Key": key, "Value": value, "ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": "true"}
            for key, value in tags.items()
        ],
        capacity_rebalance=True,
    )
    group.resources = {"autoScalingGroups": [{"name": name}]}
    _scale(asg, group)


def _scale(asg: Any, group: models.Nodegroup) -> None:
    asg.min_size = group.scaling_config.get("minSize")
    asg.max_size = group.scaling_config.get("maxSize")
    asg.desired_capacity = group.scaling_config.get("desiredSize")


def _asg_of(backend: EKSBackend, group: models.Nodegroup) -> Any:
    groups = autoscaling_backends[backend.account_id][backend.region_name].autoscaling_groups
    return groups.get(group.resources["autoScalingGroups"][0]["name"])


def _delete_nodegroup(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def delete_nodegroup(self: EKSBackend, cluster_name: str, nodegroup_name: str) -> Any:
        group = original(self, cluster_name, nodegroup_name)
        name = group.resources["autoScalingGroups"][0]["name"]
        autoscaling_backends[self.account_id][self.region_name].autoscaling_groups.pop(name, None)
        return group

    return delete_nodegroup


def _update_nodegroup_config(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def update_nodegroup_config(self: EKSResponse) -> ActionResult:
        result = original(self)
        group = _cluster(self).nodegroups[self._get_param("nodegroupName")]
        group.node_repair_config = self._get_param("nodeRepairConfig") or group.node_repair_config
        asg = _asg_of(self.eks_backend, group)
        if asg is not None:
            _scale(asg, group)
        return result

    return update_nodegroup_config


def update_nodegroup_version(self: EKSResponse) -> ActionResult:
    cluster = _cluster(self)
    group = self.eks_backend.describe_nodegroup(cluster.name, self._get_param("nodegroupName"))
    group.version = self._get_param("version") or group.version
    template = self._get_param("launchTemplate")
    if template and group.launch_template:
        group.launch_template = {**group.launch_template, **template}
        asg = _asg_of(self.eks_backend, group)
        if asg is not None:
            asg.provided_launch_template_version = asg.launch_template_version = str(template.get("version", "$Default"))
    return ActionResult({"update": _update("VersionUpdate")})


# ---- add-ons -------------------------------------------------------------------------------------------------------


def _addons(self: EKSResponse) -> dict[str, dict[str, Any]]:
    return _cluster(self).__dict__.setdefault("addons", {})


def _addon(self: EKSResponse) -> dict[str, Any]:
    name = self._get_param("addonName")
    addon = _addons(self).get(name)
    if addon is None:
        raise _missing("addon", name)
    return addon


def create_addon(self: EKSResponse) -> ActionResult:
    cluster, addons, name = _cluster(self), _addons(self), self._get_param("addonName")
    if name in addons:
        raise _exists("Addon", name)
    addons[name] = {
        "addonName": name,
        "clusterName": cluster.name,
        "status": "ACTIVE",
        "addonVersion": self._get_param("addonVersion") or ADDON_VERSION,
        "health": {"issues": []},
        "addonArn": _arn(self, "addon", cluster.name, name, str(uuid.uuid4())),
        "createdAt": utcnow(),
        "modifiedAt": utcnow(),
        "serviceAccountRoleArn": self._get_param("serviceAccountRoleArn"),
        "configurationValues": self._get_param("configurationValues"),
        "podIdentityAssociations": [],
        "tags": self._get_param("tags") or {},
    }
    _associate_addon(self, addons[name])
    return ActionResult({"addon": addons[name]})


def _associate_addon(self: EKSResponse, addon: dict[str, Any]) -> None:
    """Gives the add-on the associations of the request; an update names them all."""
    cluster = _cluster(self)
    _dissociate_addon(self, addon)
    for association in self._get_param("podIdentityAssociations") or []:
        account, role = association["serviceAccount"], association["roleArn"]
        made = _associate(self, cluster, "kube-system", account, role, {}, addon["addonName"])
        addon["podIdentityAssociations"].append(made["associationArn"])


def _dissociate_addon(self: EKSResponse, addon: dict[str, Any]) -> None:
    associations = _associations(_cluster(self))
    for key in [k for k, v in associations.items() if v["associationArn"] in addon["podIdentityAssociations"]]:
        del associations[key]
    addon["podIdentityAssociations"] = []


def describe_addon(self: EKSResponse) -> ActionResult:
    return ActionResult({"addon": _addon(self)})


def list_addons(self: EKSResponse) -> ActionResult:
    return ActionResult({"addons": list(_addons(self))})


def update_addon(self: EKSResponse) -> ActionResult:
    addon = _addon(self)
    for key in ("addonVersion", "serviceAccountRoleArn", "configurationValues"):
        if self._get_param(key) is not None:
            addon[key] = self._get_param(key)
    if self._get_param("podIdentityAssociations") is not None:
        _associate_addon(self, addon)
    addon["modifiedAt"] = utcnow()
    return ActionResult({"update": _update("AddonUpdate")})


def delete_addon(self: EKSResponse) -> ActionResult:
    addon = _addon(self)
    del _addons(self)[addon["addonName"]]
    _dissociate_addon(self, addon)
    return ActionResult({"addon": addon})


# ---- access entries ------------------------------------------------------------------------------------------------


def _entries(self: EKSResponse) -> dict[str, dict[str, Any]]:
    return _cluster(self).__dict__.setdefault("access_entries", {})


def _entry(self: EKSResponse) -> dict[str, Any]:
    principal = self._get_param("principalArn")
    entry = _entries(self).get(principal)
    if entry is None:
        raise _missing("access entry", principal)
    return entry


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "policies"}


def create_access_entry(self: EKSResponse) -> ActionResult:
    cluster, entries, principal = _cluster(self), _entries(self), self._get_param("principalArn")
    if getattr(cluster, "access_config", {}).get("authenticationMode") == "CONFIG_MAP":
        raise InvalidRequestException(message="The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP]")
    if principal in entries:
        raise _exists("The specified access entry resource", principal)
    entries[principal] = {
        "clusterName": cluster.name,
        "principalArn": principal,
        "kubernetesGroups": self._get_param("kubernetesGroups") or [],
        "accessEntryArn": _arn(self, "access-entry", cluster.name, "role", self.eks_backend.account_id, principal.split("/")[-1], str(uuid.uuid4())),
        "createdAt": utcnow(),
        "modifiedAt": utcnow(),
        "tags": self._get_param("tags") or {},
        "username": self._get_param("username") or principal,
        "type": self._get_param("type") or "STANDARD",
        "policies": {},
    }
    return ActionResult({"accessEntry": _shown(entries[principal])})


def describe_access_entry(self: EKSResponse) -> ActionResult:
    return ActionResult({"accessEntry": _shown(_entry(self))})


def list_access_entries(self: EKSResponse) -> ActionResult:
    return ActionResult({"accessEntries": list(_entries(self))})


def update_access_entry(self: EKSResponse) -> ActionResult:
    entry = _entry(self)
    for key in ("kubernetesGroups", "username"):
        if self._get_param(key) is not None:
            entry[key] = self._get_param(key)
    entry["modifiedAt"] = utcnow()
    return ActionResult({"accessEntry": _shown(entry)})


def delete_access_entry(self: EKSResponse) -> ActionResult:
    del _entries(self)[_entry(self)["principalArn"]]
    return ActionResult({})


def associate_access_policy(self: EKSResponse) -> ActionResult:
    entry = _entry(self)
    policy = {
        "policyArn": self._get_param("policyArn"),
        "accessScope": self._get_param("accessScope"),
        "associatedAt": utcnow(),
        "modifiedAt": utcnow(),
    }
    entry["policies"][policy["policyArn"]] = policy
    return ActionResult(
        {"clusterName": entry["clusterName"], "principalArn": entry["principalArn"], "associatedAccessPolicy": policy}
    )


def list_associated_access_policies(self: EKSResponse) -> ActionResult:
    entry = _entry(self)
    return ActionResult(
        {
            "clusterName": entry["clusterName"],
            "principalArn": entry["principalArn"],
            "associatedAccessPolicies": list(entry["policies"].values()),
        }
    )


def disassociate_access_policy(self: EKSResponse) -> ActionResult:
    policies, policy = _entry(self)["policies"], self._get_param("policyArn")
    if policies.pop(policy, None) is None:
        raise _missing("associated access policy", policy)
    return ActionResult({})


# ---- pod identity --------------------------------------------------------------------------------------------------


def _associations(cluster: models.Cluster) -> dict[str, dict[str, Any]]:
    return cluster.__dict__.setdefault("pod_identity_associations", {})


def _associate(
    self: EKSResponse,
    cluster: models.Cluster,
    namespace: str,
    account: str,
    role: str,
    tags: dict[str, str],
    owner: str | None = None,
) -> dict[str, Any]:
    associations = _associations(cluster)
    if any(a["namespace"] == namespace and a["serviceAccount"] == account for a in associations.values()):
        raise _exists("Association", f"{namespace}/{account}")
    key = "a-" + uuid.uuid4().hex[:17]
    associations[key] = {
        "clusterName": cluster.name,
        "namespace": namespace,
        "serviceAccount": account,
        "roleArn": role,
        "associationArn": _arn(self, "podidentityassociation", cluster.name, key),
        "associationId": key,
        "tags": tags,
        "createdAt": utcnow(),
        "modifiedAt": utcnow(),
    }
    if owner is not None:
        associations[key]["ownerArn"] = owner
    return associations[key]


def _association(self: EKSResponse) -> dict[str, Any]:
    key = self._get_param("associationId")
    association = _associations(_cluster(self)).get(key)
    if association is None:
        raise _missing("pod identity association", key)
    return association


def create_pod_identity_association(self: EKSResponse) -> ActionResult:
    made = _associate(
        self,
        _cluster(self),
        self._get_param("namespace"),
        self._get_param("serviceAccount"),
        self._get_param("roleArn"),
        self._get_param("tags") or {},
    )
    return ActionResult({"association": made})


def describe_pod_identity_association(self: EKSResponse) -> ActionResult:
    return ActionResult({"association": _association(self)})


def list_pod_identity_associations(self: EKSResponse) -> ActionResult:
    return ActionResult({"associations": list(_associations(_cluster(self)).values())})


def update_pod_identity_association(self: EKSResponse) -> ActionResult:
    association = _association(self)
    if self._get_param("roleArn"):
        association["roleArn"] = self._get_param("roleArn")
    association["modifiedAt"] = utcnow()
    return ActionResult({"association": association})


def delete_pod_identity_association(self: EKSResponse) -> ActionResult:
    association = _association(self)
    del _associations(_cluster(self))[association["associationId"]]
    return ActionResult({"association": association})


# ---- tags: moto's cover clusters only ------------------------------------------------------------------------------


def _tags_of(backend: EKSBackend, arn: str) -> dict[str, str]:
    for cluster in backend.clusters.values():
        if cluster.arn == arn:
            return cluster.tags
        for group in cluster.nodegroups.values():
            if group.arn == arn:
                return group.tags
        kept = cluster.__dict__
        for table, key in (("addons", "addonArn"), ("access_entries", "accessEntryArn"), ("pod_identity_associations", "associationArn")):
            for each in kept.get(table, {}).values():
                if each[key] == arn:
                    return each["tags"]
    raise ResourceNotFoundException(message=f"Resource was not found: {arn}")


def _tag_resource(self: EKSBackend, resource_arn: str, tags: dict[str, str]) -> None:
    _tags_of(self, resource_arn).update(tags)


def _untag_resource(self: EKSBackend, resource_arn: str, tag_keys: list[str]) -> None:
    kept = _tags_of(self, resource_arn)
    for key in [tag_keys] if isinstance(tag_keys, str) else tag_keys:
        kept.pop(key, None)


ACCESS_POLICIES = re.compile(
    "/clusters/(?P<name>[^/]+)/access-entries/(?P<principalArn>.+)/access-policies(/(?P<policyArn>.+))?$"
)
ACCESS_POLICY_ACTIONS = {
    "POST": "AssociateAccessPolicy",
    "GET": "ListAssociatedAccessPolicies",
    "DELETE": "DisassociateAccessPolicy",
}


def _get_action(original: Callable[..., Any]) -> Callable[..., Any]:
    """moto decodes the path before it routes, so the slashes of a principal's ARN hide what follows it."""

    @functools.wraps(original)
    def get_action(self: EKSResponse, request: Any) -> str:
        found = ACCESS_POLICIES.search(unquote(self.path))
        if found is None:
            return original(self, request)
        self.uri_match = {key: value for key, value in found.groupdict().items() if value is not None}
        return ACCESS_POLICY_ACTIONS[request.method]

    return get_action


OPERATIONS = [
    update_cluster_version,
    update_nodegroup_version,
    create_addon,
    describe_addon,
    list_addons,
    update_addon,
    delete_addon,
    create_access_entry,
    describe_access_entry,
    list_access_entries,
    update_access_entry,
    delete_access_entry,
    associate_access_policy,
    list_associated_access_policies,
    disassociate_access_policy,
    create_pod_identity_association,
    describe_pod_identity_association,
    list_pod_identity_associations,
    update_pod_identity_association,
    delete_pod_identity_association,
]

# moto turns named groups into routes. Principal and policy ARNs hold slashes once decoded, hence `.+`.
PATHS = [
    "updates",
    "node-groups/(?P<nodegroupName>[^/]+)/update-version",
    "addons",
    "addons/(?P<addonName>[^/]+)",
    "addons/(?P<addonName>[^/]+)/update",
    "access-entries",
    "access-entries/(?P<principalArn>.+)",
    "pod-identity-associations",
    "pod-identity-associations/(?P<associationId>[^/]+)",
]


def install() -> None:
    for operation in OPERATIONS:
        setattr(EKSResponse, operation.__name__, operation)
    for path in PATHS:
        urls.url_paths[f"{{0}}/clusters/(?P<name>[^/]+)/{path}$"] = EKSResponse.dispatch
    EKSResponse._get_action_from_method_and_request_uri = _get_action(EKSResponse._get_action_from_method_and_request_uri)
    EKSResponse.create_cluster = _create_cluster(EKSResponse.create_cluster)
    EKSResponse.update_cluster_config = _update_cluster_config(EKSResponse.update_cluster_config)
    EKSResponse.create_nodegroup = _create_nodegroup(EKSResponse.create_nodegroup)
    EKSResponse.update_nodegroup_config = _update_nodegroup_config(EKSResponse.update_nodegroup_config)
    EKSBackend.delete_cluster = _delete_cluster(EKSBackend.delete_cluster)
    EKSBackend.delete_nodegroup = _delete_nodegroup(EKSBackend.delete_nodegroup)
    EKSBackend.tag_resource = _tag_resource
    EKSBackend.untag_resource = _untag_resource
    EKSBackend.list_tags_for_resource = _tags_of
