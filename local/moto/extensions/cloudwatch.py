"""What moto 5.2.5 leaves out of CloudWatch: composite alarms (PutCompositeAlarm) and tags that go with their alarm.

API: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import re

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

NAMED = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*[\"']?([^\"')]+)[\"']?\s*\)")


def put_composite_alarm(self: CloudWatchResponse) -> ActionResult:
    rule = self._get_param("AlarmRule") or ""
    # AWS refuses a rule that names an alarm it does not have; so a wrong name is found here too.
    for reference in NAMED.findall(rule):
        name = reference.split(":alarm:")[-1].strip()
        if name not in self.cloudwatch_backend.alarms:
            raise ValidationError(f"AlarmRule references an alarm that does not exist: {name}")
    return self.put_metric_alarm()


def _delete_alarms(self: CloudWatchBackend, alarm_names: list[str]) -> None:
    for name in alarm_names:
        alarm = self.alarms.pop(name, None)
        if alarm is not None:
            self.tagger.delete_all_tags_for_resource(alarm.alarm_arn)


def install() -> None:
    CloudWatchResponse.put_composite_alarm = put_composite_alarm
    CloudWatchBackend.delete_alarms = _delete_alarms
