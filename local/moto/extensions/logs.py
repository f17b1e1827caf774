"""What moto 5.2.5 leaves out of CloudWatch Logs: changing a group's key, and replacing a metric filter by its name.

API: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import EmptyResult
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.metric_filters import MetricFilters
from moto.logs.responses import LogsResponse

_add_filter = MetricFilters.add_filter


def _set_key(response: LogsResponse, key: str | None) -> EmptyResult:
    name = response._get_param("logGroupName")
    group = response.logs_backend.groups.get(name)
    if group is None:
        raise ResourceNotFoundException()
    group.kms_key_id = key
    return EmptyResult()


def associate_kms_key(self: LogsResponse) -> EmptyResult:
    return _set_key(self, self._get_param("kmsKeyId"))


def disassociate_kms_key(self: LogsResponse) -> EmptyResult:
    return _set_key(self, None)


def _put_filter(
    self: MetricFilters, filter_name: str, filter_pattern: str, log_group_name: str, metric_transformations: Any
) -> None:
    self.metric_filters = [
        known
        for known in self.metric_filters
        if (known["filterName"], known["logGroupName"]) != (filter_name, log_group_name)
    ]
    _add_filter(self, filter_name, filter_pattern, log_group_name, metric_transformations)


def install() -> None:
    LogsResponse.associate_kms_key = associate_kms_key
    LogsResponse.disassociate_kms_key = disassociate_kms_key
    MetricFilters.add_filter = _put_filter
