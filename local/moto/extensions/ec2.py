"""What moto 5.2.5 leaves out of EC2: descriptions and changes of security group rules that name a group or take all
traffic, tags of DHCP options at creation, changed tags of launch templates, flow logs that name their log group by ARN,
the third zone of cn-north-1, NAT gateways whose address is one of their subnet.

API: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    InvalidParameterCombination,
    InvalidSecurityGroupNotFoundError,
    InvalidSecurityGroupRuleIdNotFoundError,
    MissingParameter,
)
from moto.ec2.models.availability_zones_and_regions import (
    RegionsAndZonesBackend,
    Zone,
)
from moto.ec2.models.flow_logs import FlowLogsBackend
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.models import nat_gateways
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.utils import add_tag_specification

PEERS = {"CidrIpv4": "CidrIp", "CidrIpv6": "CidrIpv6"}

_create_dhcp_options = DHCPOptions.create_dhcp_options
_create_flow_logs = FlowLogsBackend.create_flow_logs
_init_nat_gateway = nat_gateways.NatGateway.__init__


def _description(self: SecurityGroupRule) -> str | None:
    return self.ip_range.get("Description") or self.source_group.get("Description")


def _modify_security_group_rules(
    self: SecurityGroupBackend, group_id: str, rules: dict[str, dict[str, Any]]
) -> None:
    group = self.get_security_group_by_name_or_id(group_id)
    if group is None:
        raise InvalidSecurityGroupNotFoundError(group_id)
    for rule_id, wanted in rules.items():
        rule = group.get_rule(rule_id)
        if rule is None:
            raise InvalidSecurityGroupRuleIdNotFoundError(rule_id)
        named = [
            key for key in (*PEERS, "PrefixListId", "ReferencedGroupId") if wanted.get(key) is not None
        ]
        if len(named) > 1:
            raise InvalidParameterCombination(
                "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified"
            )
        if not named or wanted.get("IpProtocol") is None:
            raise MissingParameter("The request must name a protocol and exactly one peer")
        peer = {"Description": wanted["Description"]} if wanted.get("Description") else {}
        rule.ip_protocol = wanted["IpProtocol"]
        ported = rule.ip_protocol != "-1"
        rule.from_port = int(wanted["FromPort"]) if ported else None
        rule.to_port = int(wanted["ToPort"]) if ported else None
        rule.ip_range, rule.source_group, rule.prefix_list_id = {}, {}, None
        if named[0] in PEERS:
            rule.ip_range = {PEERS[named[0]]: wanted[named[0]], **peer}
        elif named[0] == "ReferencedGroupId":
            rule.source_group = {"GroupId": wanted["ReferencedGroupId"], "UserId": self.account_id, **peer}
        else:
            rule.prefix_list_id = wanted["PrefixListId"]


def _create_dhcp_options_with_tags(self: DHCPOptions) -> ActionResult:
    answer = _create_dhcp_options(self)
    # The answer holds the model itself and is written out after this.
    answer.result["DhcpOptions"].add_tags(add_tag_specification(self._get_param("TagSpecifications", [])))
    return answer


def _create_flow_logs_by_arn(self: FlowLogsBackend, *args: Any, **kwargs: Any) -> Any:
    """Judges delivery by the group that the ARN names; the answer still has the ARN only, as AWS's does."""
    made, failed = _create_flow_logs(self, *args, **kwargs)
    from moto.logs.models import logs_backends

    for log in made:
        if log.log_destination_type == "cloud-watch-logs" and log.log_destination and not log.log_group_name:
            name = log.log_destination.split(":log-group:")[-1].removesuffix(":*")
            groups = logs_backends[self.account_id][self.region_name].groups
            log.deliver_logs_status = "SUCCESS" if name in groups else "FAILED"
            log.deliver_logs_error_message = None if name in groups else "Access error"
    return made, failed


def _add_zones() -> None:
    zones = RegionsAndZonesBackend.zones["cn-north-1"]
    if all(zone.name != "cn-north-1d" for zone in zones):
        zones.append(Zone(region_name="cn-north-1", name="cn-north-1d", zone_id="cnn1-az4"))


def _nat_gateway_in_its_subnet(self: Any, *args: Any, **kwargs: Any) -> None:
    _init_nat_gateway(self, *args, **kwargs)
    self.private_ip = self._eni.private_ip_address


def install() -> None:
    # If moto picks no address, its network interface takes a free one of the subnet.
    nat_gateways.random_private_ip = lambda: None
    nat_gateways.NatGateway.__init__ = _nat_gateway_in_its_subnet
    _add_zones()
    SecurityGroupRule.description = property(_description)
    SecurityGroupBackend.modify_security_group_rules = _modify_security_group_rules
    DHCPOptions.create_dhcp_options = _create_dhcp_options_with_tags
    FlowLogsBackend.create_flow_logs = _create_flow_logs_by_arn
    # moto copies the tags once; a copy does not change with CreateTags.
    LaunchTemplate.tags = property(lambda self: self.get_tags(), lambda self, value: None)
