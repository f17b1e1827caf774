import { gzipSync } from "fflate";

/** A place where a text can stand, with the rule that speaks of it. */
export interface Carrier {
  readonly name: string;
  readonly type: string;
  readonly props: (text: string) => object;
  readonly rule: string;
  readonly path: string;
}

export const carriers: readonly Carrier[] = [
  { name: "lambda", type: "aws:lambda/function:Function", props: (text) => ({ environment: { variables: { TARGET: text } } }), rule: "ISO-05", path: "environment.variables.TARGET" },
  { name: "user data", type: "aws:ec2/instance:Instance", props: (userData) => ({ userData }), rule: "ISO-17", path: "userData" },
  { name: "container", type: "aws:ecs/taskDefinition:TaskDefinition", props: (text) => ({ containerDefinitions: JSON.stringify([{ environment: [{ name: "TARGET", value: text }] }]) }), rule: "ISO-17", path: "containerDefinitions" },
  { name: "document", type: "aws:ssm/document:Document", props: (content) => ({ content }), rule: "ISO-17", path: "content" },
  { name: "config map", type: "kubernetes:core/v1:ConfigMap", props: (text) => ({ data: { "app.conf": text } }), rule: "ISO-16", path: "data.app.conf" },
  { name: "secret", type: "kubernetes:core/v1:Secret", props: (text) => ({ data: { target: base64(text) } }), rule: "ISO-16", path: "data.target" },
  { name: "parameter", type: "aws:ssm/parameter:Parameter", props: (value) => ({ value }), rule: "ISO-05", path: "value" },
  { name: "chart", type: "kubernetes:helm.sh/v3:Release", props: (text) => ({ values: { app: { target: [text] } } }), rule: "ISO-16", path: "values.app.target.0" },
];

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** Texts that refer to a cell, each by another kind of literal. */
export const literals: readonly (readonly [kind: string, make: (cell: number) => string])[] = [
  ["host in the zone", (cell) => `postgres-cell-${cell}-primary.cell-${cell}.internal`],
  ["host beside the zone", (cell) => `redis-cell-${cell}-0.internal`],
  ["zone", (cell) => `cell-${cell}.internal`],
  ["public host", (cell) => `cell-${cell}.dev.cells.example.com`],
  ["AWS host", (cell) => `dev-cell-${cell}-postgres-primary.c9abcdef.eu-west-1.rds.amazonaws.com`],
  ["ARN", (cell) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:dev-cell-${cell}-redis-AbCdEf`],
  ["address", (cell) => `10.${cell}.7.9`],
  ["block", (cell) => `10.${cell}.224.0/22`],
  ["mapped address", (cell) => `::ffff:10.${cell}.7.9`],
  ["name", (cell) => `dev-cell-${cell}-kafka`],
];

/** The same text in another form. */
export const encodings: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ["plain", (text) => text],
  ["list", (text) => `first.example.com:1,${text}:6379,last.example.com:1`],
  ["JSON", (text) => JSON.stringify({ targets: [text] })],
  ["JSON in JSON", (text) => JSON.stringify({ config: JSON.stringify({ target: text }) })],
  ["JSON with escapes", (text) => JSON.stringify({ target: text }).replace(/-/g, "\\u002d").replace(/\./g, "\\u002e")],
  ["YAML", (text) => `---\napp:\n  target: "${text}"\n  port: 1\n`],
  ["env file", (text) => `# settings\nexport A=1\nTARGET='${text}'\n`],
  ["shell", (text) => `#!/bin/sh\nset -e\ncurl --connect-to "${text}" --silent\n`],
  ["base64", base64],
  ["base64 of JSON", (text) => base64(JSON.stringify({ target: text }))],
  ["base64 twice", (text) => base64(base64(text))],
  ["base64 in YAML", (text) => `write_files:\n  - path: /etc/app\n    encoding: b64\n    content: ${base64(`target = ${text}\n`)}\n`],
  ["gzip in base64", (text) => Buffer.from(gzipSync(Buffer.from(`#cloud-config\nruncmd:\n  - [ping, "${text}"]\n`))).toString("base64")],
  ["percent signs", (text) => `x=1&target=${encodeURIComponent(text).replace(/[-.]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`],
  ["MIME part", (text) => `MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n${base64(`#!/bin/sh\n# starts the application of this machine\nping ${text}\n`).replace(/(.{48})/g, "$1\n")}\n`],
];

/** Own cell and other cell: prefixes of each other, neighbours, cells that no catalog names. */
export const pairs: readonly (readonly [own: number, other: number])[] = [
  [1, 2], [1, 10], [10, 1], [2, 20], [20, 2], [1, 11], [11, 1],
];
