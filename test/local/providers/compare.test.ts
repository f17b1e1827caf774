import "tsx/cjs";
import { expect, test } from "vitest";

import { compareStates, toMarkdown, type ExportedState } from "../../../local/providers/compare";
import { providersOf } from "../../../local/providers/serve";

type Resource = NonNullable<ExportedState["deployment"]["resources"]>[number];

const resource = (type: string, name: string, outputs: Resource["outputs"]): Resource => ({
  urn: `urn:pulumi:dev::cells::${type}::${name}`,
  type,
  outputs,
});
const state = (...resources: Resource[]): ExportedState => ({ deployment: { resources } });

const vpc = "aws:ec2/vpc:Vpc";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const local = state(
  resource(vpc, "cell-1", { arn: "arn:aws:ec2:::vpc/vpc-0123456789abcdef0", cidrBlock: "10.0.0.0/16", invented: true }),
  resource("aws:kms/key:Key", "cell-1", { policy: "{}", password: { ...secret, ciphertext: "one" } }),
  resource("aws:sns/topic:Topic", "alarms", { name: "alarms" }),
);
const official = state(
  resource(vpc, "cell-1", {
    arn: "arn:aws:ec2:::vpc/vpc-0fedcba9876543210",
    cidrBlock: "10.1.0.0/16",
    dhcpOptionsId: "",
  }),
  resource("aws:kms/key:Key", "cell-1", { policy: "{}", password: { ...secret, ciphertext: "two" } }),
);

test("two states differ by types and output properties, not by ids, ciphers or order", () => {
  expect(compareStates(local, official)).toEqual([
    {
      type: vpc,
      local: 1,
      official: 1,
      onlyLocal: ["invented"],
      onlyOfficial: ["dhcpOptionsId"],
      changed: ["cidrBlock"],
    },
    { type: "aws:sns/topic:Topic", local: 1, official: 0, onlyLocal: [], onlyOfficial: [], changed: [] },
  ]);
  expect(compareStates(local, local)).toEqual([]);
  expect(toMarkdown(compareStates(local, official))).toContain(
    "| `aws:ec2/vpc:Vpc` | 1 | 1 | `invented` | `dhcpOptionsId` | `cidrBlock` |",
  );
});

test("CELLS_PROVIDERS decides which providers the engine attaches", async () => {
  const options = { environment: "dev", endpoint: "http://127.0.0.1:9", onKubernetes: false };
  const before = process.env["CELLS_PROVIDERS"];
  try {
    for (const [chosen, attached] of [
      ["", /^aws:\d+,kubernetes:\d+,random:\d+$/],
      ["official", /^kubernetes:\d+$/],
    ] as const) {
      process.env["CELLS_PROVIDERS"] = chosen;
      const { variables, close } = await providersOf(options);
      expect(variables["PULUMI_DEBUG_PROVIDERS"]).toMatch(attached);
      await close();
      await expect(providersOf({ ...options, endpoint: "https://ec2.amazonaws.com" })).rejects.toThrow("loopback");
    }
    process.env["CELLS_PROVIDERS"] = "none";
    await expect(providersOf(options)).rejects.toThrow('CELLS_PROVIDERS is "none"');
  } finally {
    if (before === undefined) delete process.env["CELLS_PROVIDERS"];
    else process.env["CELLS_PROVIDERS"] = before;
  }
});
