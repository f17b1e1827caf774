import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";

import { rules } from "../../policy/rules";
import { sentence } from "../../policy/core/rule";
import { judge } from "../../policy/core/judge";
import { World } from "./world";

const rule = rules.find(({ id }) => id === "ENC-08")!;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
/** Assembled here, so that no scanner of this repository takes them for real ones. */
const made = (text: string): string => text.split("").reverse().join("");

const secrets: readonly (readonly [name: string, text: string])[] = [
  ["a DSN", "postgres://app:correct-horse-battery@db.cell-1.internal:5432/app"],
  ["an AWS key", `AKIA${made("ELPMAXE7NNDOFSOI")}`],
  ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"],
  ["a token of GitHub", `ghp_${"a1B2c3D4e5F6".repeat(3)}`],
  ["an assignment", "export DB_PASSWORD='correct-horse'"],
  ["a key in JSON", JSON.stringify({ client: { apiKey: "q7Zr9Kx2mVb4Lw8TnPs3" } })],
];
const forms: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ["plain", (text) => text],
  ["in a script", (text) => `#!/bin/sh\nset -e\nrun ${text}\n`],
  ["base64", base64],
  [
    "base64 in YAML",
    (text) => `write_files:\n  - path: /etc/app\n    encoding: b64\n    content: ${base64(`${text}\n`)}\n`,
  ],
  [
    "gzip in base64",
    (text) =>
      Buffer.from(gzipSync(Buffer.from(`#cloud-config\n${text}\n# more of it, more of it, more of it\n`))).toString(
        "base64",
      ),
  ],
  ["JSON", (text) => JSON.stringify({ config: text })],
];
const carriers: readonly (readonly [type: string, path: string, props: (text: string) => object])[] = [
  [
    "aws:lambda/function:Function",
    "environment.variables.SETTING",
    (SETTING) => ({ environment: { variables: { SETTING } } }),
  ],
  ["aws:ec2/launchTemplate:LaunchTemplate", "userData", (userData) => ({ userData })],
  ["aws:ssm/document:Document", "content", (content) => ({ content })],
  [
    "aws:ecs/taskDefinition:TaskDefinition",
    "containerDefinitions",
    (text) => ({ containerDefinitions: JSON.stringify([{ environment: [{ name: "SETTING", value: text }] }]) }),
  ],
  ["kubernetes:core/v1:ConfigMap", "data.setting", (setting) => ({ data: { setting } })],
  [
    "kubernetes:apps/v1:Deployment",
    "spec.template.spec.containers.0.env.0.value",
    (value) => ({ spec: { template: { spec: { containers: [{ env: [{ name: "SETTING", value }] }] } } } }),
  ],
];

function found(type: string, props: object): readonly string[] {
  const world = new World();
  // A neighbour of another type, and one of the same that is valid: neither is the offender.
  world.add("aws:sns/topic:Topic", { name: "dev-cell-1-alarms" }, { name: "topic" });
  world.add(type, {}, { name: "clean" });
  world.add(type, props);
  return judge([rule], world.resources).map(
    ({ verdict }) => `${verdict.kind} ${verdict.urn.split("::").pop()} ${verdict.path}`,
  );
}

describe("ENC-08", () => {
  const variants = secrets.flatMap(([secret, text]) =>
    forms.flatMap(([form, encode]) =>
      carriers.map(([type, path, props]) => ({
        name: `${secret}, ${form}, ${type}`,
        type,
        path,
        props: props(encode(text)),
      })),
    ),
  );

  it(`finds a secret in every form at every place: ${variants.length} variants`, () => {
    const missed = variants.filter(({ type, path, props }) => found(type, props).join() !== `violation it ${path}`);
    expect(missed.map(({ name }) => name)).toEqual([]);
  });

  it("takes what stands for a secret for what it is", () => {
    const innocent = [
      "postgres://app:${DB_PASSWORD}@db/app",
      "postgres://app@db.cell-1.internal/app",
      "https://cell-1.dev.cells.example.com",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:dev-cell-1-postgres-AbCdEf",
      "DB_PASSWORD=$(cat /run/secrets/db)",
      "password: ${password}",
      "token_ttl=300",
      "auth_file = /etc/pgbouncer-users/userlist.txt",
      "SECRET_NAME=dev-cell-1-postgres",
      "d9ec540a53410a83",
      "10.1.0.0/16",
      "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "kms:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "password",
      "no password here",
    ];
    const wrong = carriers.flatMap(([type, , props]) =>
      innocent.filter((text) => found(type, props(text)).length > 0).map((text) => `${type} ${text}`),
    );
    expect(wrong).toEqual([]);
  });

  it("leaves alone what is made for secrets", () => {
    const world = new World();
    world.add("kubernetes:core/v1:Secret", { stringData: { DATABASE_URL: secrets[0]![1] } });
    world.add("aws:secretsmanager/secretVersion:SecretVersion", { secretString: secrets[0]![1] }, { name: "version" });
    world.add("aws:ssm/parameter:Parameter", { type: "SecureString", value: secrets[0]![1] }, { name: "sealed" });
    expect(world.judged(rule)).toEqual([]);
    world.add("aws:ssm/parameter:Parameter", { type: "String", value: secrets[0]![1] }, { name: "open" });
    expect(world.judged(rule)).toEqual(["violation value"]);
  });

  it("never says the secret", () => {
    const world = new World();
    world.add(carriers[0]![0], carriers[0]![2](secrets[0]![1]));
    const [one] = judge([rule], world.resources);
    expect(sentence(one!.rule, one!.verdict)).not.toContain("horse");
    expect(sentence(one!.rule, one!.verdict)).toContain("secret:url-password");
  });
});
