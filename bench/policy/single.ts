import { AnalyzeRequest, type AnalyzerResource } from "@pulumi/pulumi/proto/analyzer_pb";

/** The request of one resource's policies, as the engine makes it before that resource's step. */
export function single(resource: AnalyzerResource): AnalyzeRequest {
  const request = new AnalyzeRequest();
  request.setUrn(resource.getUrn());
  request.setType(resource.getType());
  request.setName(resource.getName());
  request.setProperties(resource.getProperties());
  request.setOptions(resource.getOptions());
  request.setProvider(resource.getProvider());
  return request;
}
