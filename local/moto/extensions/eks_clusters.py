"""EKS with a real Kubernetes behind it. Each folder of CELLS_CLUSTERS is a cluster whose control plane runs already:
`access.json` holds its endpoint, and `node-groups.json` is written for the process that gives it nodes. Installed
after `eks`, whose operations it wraps: by name.
"""

from __future__ import annotations

import functools
import json
import os
import threading
from pathlib import Path
from typing import Any, Callable

from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.eks import models, responses
from moto.eks.exceptions import InvalidRequestException

from .eks import _subnet

EKSBackend = models.EKSBackend
EKSResponse = responses.EKSResponse

_writing = threading.Lock()


def _folder(name: str) -> Path | None:
    root = Path(os.environ["CELLS_CLUSTERS"])
    # Only a name that is a folder there: the name comes from a request.
    return root / name if name in (entry.name for entry in root.iterdir()) else None


def _create_cluster(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_cluster(self: EKSBackend, **arguments: Any) -> models.Cluster:
        name = arguments["name"]
        folder = _folder(name)
        if folder is None:
            # moto's own endpoint is a host name of AWS, which the official provider would call.
            raise InvalidRequestException(message=f"{name} has no control plane: run npm start -- --kubernetes")
        access = json.loads((folder / "access.json").read_text())
        cluster = original(self, **arguments)
        cluster.endpoint = access["endpoint"]
        cluster.certificate_authority = {"data": access["certificateAuthority"]}
        return cluster

    return create_cluster


def _then_report(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def changed(self: EKSResponse) -> Any:
        result = original(self)
        name = self._get_param("name") or self._get_param("clusterName")
        folder = _folder(name)
        if folder is not None:
            _report(self.eks_backend, name, folder)
        return result

    return changed


def _report(backend: EKSBackend, name: str, folder: Path) -> None:
    with _writing:
        groups = [_described(backend, group) for group in backend.clusters[name].nodegroups.values()]
        new = folder / "node-groups.json.new"
        new.write_text(json.dumps(groups))
        new.replace(folder / "node-groups.json")


def _described(backend: EKSBackend, group: models.Nodegroup) -> dict[str, Any]:
    instance_type = group.instance_types[0]
    known = INSTANCE_TYPES[instance_type]
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    subnets = [subnet for subnet in (_subnet(ec2, each) for each in group.subnets) if subnet is not None]
    template = (group.launch_template or {}).get("version", "1")
    return {
        "name": group.nodegroup_name,
        "desiredSize": group.scaling_config["desiredSize"],
        "generation": f"{group.version}-{template}".replace(".", "-"),
        "labels": group.labels or {},
        "instanceType": instance_type,
        "cpus": known["VCpuInfo"]["DefaultVCpus"],
        "memoryMiB": known["MemoryInfo"]["SizeInMiB"],
        "architecture": "arm64" if "ARM" in group.ami_type else "amd64",
        "zones": [subnet.availability_zone for subnet in subnets],
    }


def install() -> None:
    if not os.environ.get("CELLS_CLUSTERS"):
        return
    EKSBackend.create_cluster = _create_cluster(EKSBackend.create_cluster)
    for operation in ("create_nodegroup", "update_nodegroup_config", "update_nodegroup_version", "delete_nodegroup"):
        setattr(EKSResponse, operation, _then_report(getattr(EKSResponse, operation)))
