"""What moto 5.2.5 leaves out of API Gateway v2: UpdateStage, and tags of a stage by its ARN.

API: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
"""

from __future__ import annotations

import json
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.models import ApiGatewayV2Backend, Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response

UPDATABLE = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "clientCertificateId": "client_certificate_id",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
    "routeSettings": "route_settings",
    "stageVariables": "stage_variables",
}


def update_stage(self: ApiGatewayV2Response) -> tuple[int, dict[str, str], str]:
    api_id = self.path.split("/")[-3]
    stage_name = unquote(self.path.split("/")[-1])
    stage: Stage = self.apigatewayv2_backend.get_stage(api_id, stage_name)
    for field, value in json.loads(self.body).items():
        if field in UPDATABLE:
            setattr(stage, UPDATABLE[field], value)
    return 200, {}, json.dumps(stage.to_json())


def _stage_of(self: ApiGatewayV2Backend, resource_arn: str) -> Stage | None:
    """The stage that `arn:…::/apis/<api>/stages/<name>` names; None for another resource."""
    parts = unquote(resource_arn).split("/")
    if len(parts) < 4 or parts[-2] != "stages":
        return None
    return self.get_stage(parts[-3], parts[-1])


def install() -> None:
    ApiGatewayV2Response.update_stage = update_stage
    urls.url_paths["{0}/v2/tags/(?P<arn>[^/]+)/apis/(?P<api>[^/]+)/stages/(?P<stage>[^/]+)$"] = (
        ApiGatewayV2Response.dispatch
    )

    tag, untag, tags = (
        ApiGatewayV2Backend.tag_resource,
        ApiGatewayV2Backend.untag_resource,
        ApiGatewayV2Backend.get_tags,
    )

    def tag_resource(self: ApiGatewayV2Backend, resource_arn: str, new: dict[str, str]) -> None:
        stage = _stage_of(self, resource_arn)
        if stage is None:
            return tag(self, resource_arn, new)
        stage.tags = {**stage.tags, **new}

    def untag_resource(self: ApiGatewayV2Backend, resource_arn: str, keys: list[str]) -> None:
        stage = _stage_of(self, resource_arn)
        if stage is None:
            return untag(self, resource_arn, keys)
        stage.tags = {key: value for key, value in stage.tags.items() if key not in keys}

    def get_tags(self: ApiGatewayV2Backend, resource_id: str) -> dict[str, str]:
        stage = _stage_of(self, resource_id)
        return tags(self, resource_id) if stage is None else stage.tags

    ApiGatewayV2Backend.tag_resource = tag_resource
    ApiGatewayV2Backend.untag_resource = untag_resource
    ApiGatewayV2Backend.get_tags = get_tags
