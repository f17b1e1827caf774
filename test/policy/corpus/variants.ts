import { gzipSync, zipSync, zlibSync } from "fflate";

/** A place where a text can stand, with the rule that speaks of it. */
export interface Carrier {
  readonly name: string;
  readonly type: string;
  readonly props: (text: string) => object;
  readonly rule: string;
  readonly path: string;
}

export const carriers: readonly Carrier[] = [
  {
    name: "lambda",
    type: "aws:lambda/function:Function",
    props: (text) => ({ environment: { variables: { TARGET: text } } }),
    rule: "ISO-05",
    path: "environment.variables.TARGET",
  },
  {
    name: "user data",
    type: "aws:ec2/instance:Instance",
    props: (userData) => ({ userData }),
    rule: "ISO-17",
    path: "userData",
  },
  {
    name: "container",
    type: "aws:ecs/taskDefinition:TaskDefinition",
    props: (text) => ({ containerDefinitions: JSON.stringify([{ environment: [{ name: "TARGET", value: text }] }]) }),
    rule: "ISO-17",
    path: "containerDefinitions",
  },
  {
    name: "document",
    type: "aws:ssm/document:Document",
    props: (content) => ({ content }),
    rule: "ISO-17",
    path: "content",
  },
  {
    name: "config map",
    type: "kubernetes:core/v1:ConfigMap",
    props: (text) => ({ data: { "app.conf": text } }),
    rule: "ISO-16",
    path: "data.app.conf",
  },
  {
    name: "secret",
    type: "kubernetes:core/v1:Secret",
    props: (text) => ({ data: { target: base64(text) } }),
    rule: "ISO-16",
    path: "data.target",
  },
  {
    name: "parameter",
    type: "aws:ssm/parameter:Parameter",
    props: (value) => ({ value }),
    rule: "ISO-05",
    path: "value",
  },
  {
    name: "service",
    type: "aws:ecs/service:Service",
    props: (text) => ({ serviceConnectConfiguration: { services: [{ portName: text }] } }),
    rule: "ISO-05",
    path: "serviceConnectConfiguration.services.0.portName",
  },
  {
    name: "job",
    type: "kubernetes:batch/v1:Job",
    props: (text) => ({ spec: { template: { spec: { containers: [{ args: ["--target", text] }] } } } }),
    rule: "ISO-16",
    path: "spec.template.spec.containers.0.args.1",
  },
  {
    name: "replica",
    type: "aws:dms/endpoint:Endpoint",
    props: (text) => ({ extraConnectionAttributes: text }),
    rule: "ISO-14",
    path: "extraConnectionAttributes",
  },
  {
    name: "schedule",
    type: "aws:scheduler/schedule:Schedule",
    props: (text) => ({ target: { input: text } }),
    rule: "ISO-15",
    path: "target.input",
  },
  {
    name: "chart",
    type: "kubernetes:helm.sh/v3:Release",
    props: (text) => ({ values: { app: { target: [text] } } }),
    rule: "ISO-16",
    path: "values.app.target.0",
  },
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
  ["host in capitals, with dot and port", (cell) => `KAFKA-CELL-${cell}-0.CELL-${cell}.INTERNAL.:9094`],
  ["mapped address in hex", (cell) => `::ffff:${((10 << 8) | cell).toString(16)}:0709`],
  ["address in a URL", (cell) => `http://[::ffff:10.${cell}.7.9]:8080/path`],
  ["AWS's name of an address", (cell) => `ip-10-${cell}-7-9.eu-west-1.compute.internal`],
  [
    "URL with a password",
    (cell) => `postgres://app:s3cret@postgres-cell-${cell}-replica.internal:5432/app?sslmode=verify-full`,
  ],
  [
    "JDBC with two hosts",
    (cell) => `jdbc:postgresql://db.example.com:5432,postgres-cell-${cell}-primary.internal:5432/app`,
  ],
  ["role", (cell) => `arn:aws:iam::123456789012:role/dev-cell-${cell}-app`],
  ["parameter's path", (cell) => `/cells/dev-cell-${cell}/kafka`],
  ["queue's address", (cell) => `https://sqs.eu-west-1.amazonaws.com/123456789012/dev-cell-${cell}-jobs`],
  ["bucket by path", (cell) => `https://s3.eu-west-1.amazonaws.com/dev-cell-${cell}-data/key`],
  ["place in a bucket of all", (cell) => `s3://org-archive/cell-${cell}/2026/`],
  ["database at somebody's", (cell) => `mongodb+srv://app@acme.db.example.org/orders-cell-${cell}?w=1`],
  ["block with its mask", (cell) => `10.${cell}.0.0/255.255.0.0`],
  ["block by a star", (cell) => `10.${cell}.*.*`],
  ["address as one number", (cell) => `http://${(10 << 24) + (cell << 16) + 1801}:8080/`],
  ["NAT64 address", (cell) => `64:ff9b::10.${cell}.7.9`],
  ["name in one word", (cell) => `dev_cell${cell}_kafka`],
  ["service", (cell) => `redis.cell-${cell}.svc:6379`],
  ["bucket's address", (cell) => `https://dev-cell-${cell}-data.s3.eu-west-1.amazonaws.com/key`],
];

/** The same text in another form. */
export const encodings: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ["plain", (text) => text],
  ["list", (text) => `first.example.com:1,${/^[0-9a-f:.]*::/.test(text) ? `[${text}]` : text}:6379,last.example.com:1`],
  ["JSON", (text) => JSON.stringify({ targets: [text] })],
  ["JSON in JSON", (text) => JSON.stringify({ config: JSON.stringify({ target: text }) })],
  ["JSON with escapes", (text) => JSON.stringify({ target: text }).replace(/-/g, "\\u002d").replace(/\./g, "\\u002e")],
  ["YAML", (text) => `---\napp:\n  target: "${text}"\n  port: 1\n`],
  ["env file", (text) => `# settings\nexport A=1\nTARGET='${text}'\n`],
  ["shell", (text) => `#!/bin/sh\nset -e\ncurl --connect-to "${text}" --silent\n`],
  ["base64", base64],
  ["base64 of JSON", (text) => base64(JSON.stringify({ target: text }))],
  ["base64 twice", (text) => base64(base64(text))],
  [
    "base64 in YAML",
    (text) => `write_files:\n  - path: /etc/app\n    encoding: b64\n    content: ${base64(`target = ${text}\n`)}\n`,
  ],
  [
    "gzip in base64",
    (text) => Buffer.from(gzipSync(Buffer.from(`#cloud-config\nruncmd:\n  - [ping, "${text}"]\n`))).toString("base64"),
  ],
  [
    "percent signs",
    (text) =>
      `x=1&target=${encodeURIComponent(text).replace(/[-.]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`,
  ],
  ["base64 for URLs", (text) => Buffer.from(`{"target":"${text}","more":"??>>~~"}`).toString("base64url")],
  ["zlib in base64", (text) => Buffer.from(zlibSync(Buffer.from(`target = ${text}\n`))).toString("base64")],
  ["gzip of base64", (text) => Buffer.from(gzipSync(Buffer.from(base64(`target: ${text}\n`)))).toString("base64")],
  [
    "YAML of many documents",
    (text) => `kind: A\nmetadata:\n  name: a\n---\nkind: B\nspec:\n  targets:\n    - ${JSON.stringify(text)}\n`,
  ],
  ["Kubernetes secret in YAML", (text) => `apiVersion: v1\nkind: Secret\ndata:\n  target: ${base64(text)}\n`],
  ["JSON three times", (text) => JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ c: text }) }) })],
  ["properties file", (text) => `app.name = it\napp.target=${text}\n`],
  ["systemd unit", (text) => `[Service]\nEnvironment="TARGET=${text}"\nExecStart=/usr/bin/app --target ${text}\n`],
  ["TOML", (text) => `[target]\nhost = "${text}"\nport = 1\n`],
  ["XML", (text) => `<config><target host="${text}"/></config>`],
  ["PowerShell's base64", (text) => Buffer.from(`Connect-It -To "${text}"`, "utf16le").toString("base64")],
  ["hex", (text) => Buffer.from(`target ${text}`).toString("hex")],
  ["gzip in hex", (text) => Buffer.from(gzipSync(Buffer.from(`target ${text}`))).toString("hex")],
  ["gzip of gzip", (text) => Buffer.from(gzipSync(gzipSync(Buffer.from(`target ${text}\n`)))).toString("base64")],
  [
    "zip in base64",
    (text) => Buffer.from(zipSync({ "etc/app.env": Buffer.from(`TARGET=${text}\n`) })).toString("base64"),
  ],
  ["XML's numbers for signs", (text) => `<target>${text.replace(/-/g, "&#45;").replace(/\./g, "&#x2e;")}</target>`],
  ["octal escapes", (text) => `printf '${text.replace(/-/g, "\\055").replace(/\./g, "\\056")}'`],
  ["percent signs twice", (text) => encodeURIComponent(encodeURIComponent(`x=1 target=${text}`))],
  [
    "in bytes that are no text",
    (text) =>
      Buffer.concat([
        Buffer.from([0x30, 0x82, 0xff, 0]),
        Buffer.from(`target ${text}`),
        Buffer.from([0, 0xfe]),
      ]).toString("base64"),
  ],
  ["UTF-16 with its mark", (text) => Buffer.from(`\uFEFFtarget ${text}`, "utf16le").toString("base64")],
  [
    "MIME part",
    (text) =>
      `MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n${base64(`#!/bin/sh\n# starts the application of this machine\nping ${text}\n`).replace(/(.{48})/g, "$1\n")}\n`,
  ],
];

/** Own cell and other cell: prefixes of each other, neighbours, cells that no catalog names. */
export const pairs: readonly (readonly [own: number, other: number])[] = [
  [1, 2],
  [1, 10],
  [10, 1],
  [2, 20],
  [20, 2],
  [1, 11],
  [11, 1],
  [10, 20],
  [20, 10],
];
