import { built } from "./built";
import { race, shortKeys, type Timing } from "./measure";
import { fleet } from "./ours";

/** The handler from the event's text to the answer's text, beside parsing and writing JSON alone. */
export function handlerTimes(rounds: number): readonly Timing[] {
  const { edgeRouter, edgeSecret } = built<typeof import("./request")>("bench/routing/request.ts");
  const handle = edgeRouter(fleet(100));
  const event = (tenant: string): string =>
    JSON.stringify({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/classify",
      rawQueryString: "",
      headers: {
        accept: "*/*",
        host: "router.example.com",
        "user-agent": "bench/1",
        "x-forwarded-for": "192.0.2.1",
        "x-edge-secret": edgeSecret,
        "x-tenant-id": tenant,
        "cloudfront-viewer-country": "DE",
      },
      requestContext: {
        http: { method: "GET", path: "/classify", protocol: "HTTP/1.1", sourceIp: "192.0.2.1" },
        requestId: "JKJaXmPLvHcESHA=",
        stage: "$default",
      },
      isBase64Encoded: false,
    });
  const sample = JSON.parse(event("t-000000001")) as Parameters<typeof handle>[0];
  const answer = handle(sample);
  const contenders = [
    {
      name: "JSON alone: parse the event, write an answer",
      place: (text: string) => (JSON.parse(text) ? JSON.stringify(answer).length : 0),
    },
    {
      name: "handler: parse, decide, write",
      place: (text: string) => JSON.stringify(handle(JSON.parse(text) as typeof sample)).length,
    },
  ];
  return race(contenders, (round) => shortKeys(round, 4000).map(event), rounds);
}
