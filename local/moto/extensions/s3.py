"""What moto 5.2.5 gets wrong in S3: a bucket policy's Deny with a condition denies everything, condition or not.

Only the condition that closed buckets carry is read, `aws:SecureTransport`: loopback stands for TLS here, so a statement
for requests without TLS applies to none. Other conditions stay as moto has them.
API: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
"""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult


def _without_tls_only(statement: dict[str, Any]) -> bool:
    value = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return str(value).lower() == "false"


def install() -> None:
    judge = IAMPolicyStatement.is_action_permitted

    def is_action_permitted(self: IAMPolicyStatement, *args: Any, **kwargs: Any) -> PermissionResult:
        if _without_tls_only(self._statement):
            return PermissionResult.NEUTRAL
        return judge(self, *args, **kwargs)

    IAMPolicyStatement.is_action_permitted = is_action_permitted
