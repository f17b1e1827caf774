import { describe, expect, it } from "vitest";

import type { Cell } from "../../catalog/model";
import { Encryption } from "../../components/cell/encryption";
import { keyPolicy, type PolicyStatement } from "../../components/cell/key-policy";
import { plan } from "../../adapters/pulumi/plan/plan";
import { chineseCell, ofType, testCell, testContext } from "../harness/cell";

async function encryption(cell: Cell) {
  return plan(() => {
    const ctx = testContext(cell);
    const made = new Encryption(ctx, { provider: ctx.provider });
    return { keyArn: made.keyArn, accountId: made.accountId };
  });
}

const account = "123456789012";
const statements = (cell: Cell): ReadonlyMap<string, PolicyStatement> =>
  new Map(keyPolicy(cell, { prefix: `dev-${cell.id}` }, account).Statement.map((one) => [one.Sid, one]));

describe("key", () => {
  it("rotates, has the cell's alias, and gives the account", async () => {
    const { resources, result } = await encryption(testCell());
    const [key] = ofType(resources, "aws:kms/key:Key");
    expect(key?.inputs).toMatchObject({
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      tags: { Name: "dev-cell-3" },
    });
    expect(ofType(resources, "aws:kms/alias:Alias")[0]?.inputs["name"]).toBe("alias/dev-cell-3");
    expect(result.accountId).toBe(account);
    expect(result.keyArn).toMatch(/^arn:aws:kms:/);
  });

  it.each([
    ["dev", false, 7],
    ["small", true, 30],
  ] as const)("class %s: protected and kept after the cell: %s", async (sizeClass, isProtected, days) => {
    const { resources } = await encryption(testCell({ sizeClass }));
    const [key] = ofType(resources, "aws:kms/key:Key");
    const [policy] = ofType(resources, "aws:kms/keyPolicy:KeyPolicy");
    expect(key?.protect).toBe(isProtected);
    // A final snapshot outlives the cell, and opens with this key only.
    expect([key?.retainOnDelete, policy?.retainOnDelete]).toEqual([isProtected, isProtected]);
    expect(key?.inputs["deletionWindowInDays"]).toBe(days);
  });

  it("the policy that is put is the cell's", async () => {
    const { resources } = await encryption(testCell());
    const [policy] = ofType(resources, "aws:kms/keyPolicy:KeyPolicy");
    expect(JSON.parse(policy?.inputs["policy"] as string)).toEqual(
      JSON.parse(JSON.stringify(keyPolicy(testCell(), { prefix: "dev-cell-3" }, account))),
    );
  });
});

describe("key policy", () => {
  it("administration cannot read data", () => {
    const actions = statements(testCell()).get("AccountManagesKey")?.Action ?? [];
    const allows = (action: string) =>
      actions.some((pattern) => new RegExp(`^${pattern.replace("*", ".*")}$`).test(action));
    expect(["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:EnableKeyRotation"].filter(allows)).toHaveLength(3);
    const readers = ["Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "CreateGrant"];
    expect(readers.map((name) => `kms:${name}`).filter(allows)).toEqual([]);
  });

  it("lets EKS create its grant, which does not carry kms:GrantIsForAWSResource, and no other caller", () => {
    for (const cell of [testCell(), chineseCell()]) {
      const grants = [...statements(cell).values()].filter(
        ({ Action, Principal, Condition }) =>
          Action.includes("kms:CreateGrant") &&
          JSON.stringify(Principal).includes(":root") &&
          Condition?.["Bool"]?.["kms:GrantIsForAWSResource"] === undefined,
      );
      expect(grants.map(({ Sid }) => Sid)).toEqual(["AccountGrantsThroughEks"]);
      const via = grants[0]?.Condition?.["StringEquals"]?.["kms:ViaService"] as readonly string[];
      expect(via[0]).toBe(`eks.${cell.region}.amazonaws.com`);
      expect(via.every((name) => name.startsWith("eks."))).toBe(true);
      expect(grants[0]?.Condition?.["StringEquals"]?.["kms:CallerAccount"]).toBe(account);
    }
  });

  it("every other statement is narrowed by a condition", () => {
    for (const [sid, { Condition }] of statements(testCell())) {
      if (sid !== "AccountManagesKey") expect(Condition, sid).toBeDefined();
    }
  });

  it("logs of cell 1 do not open with the key of cell 10, nor the other way round", () => {
    const patterns = statements(testCell({ number: 1 })).get("LogsOfThisCell")?.Condition?.["ArnLike"]?.[
      "kms:EncryptionContext:aws:logs:arn"
    ] as readonly string[];
    const matches = (name: string) =>
      patterns.some((pattern) => {
        const [head, ...rest] = pattern.split("*").map((part) => part.replace(/[.\\/-]/g, "\\$&"));
        return new RegExp(`^${[head, ...rest].join(".*")}$`).test(
          `arn:aws:logs:eu-west-1:${account}:log-group:${name}`,
        );
      });
    expect(matches("/cells/dev-cell-1/flow-logs")).toBe(true);
    expect(matches("/aws/eks/dev-cell-1-app/cluster")).toBe(true);
    expect(matches("/aws/rds/instance/dev-cell-1-postgres-primary/postgresql")).toBe(true);
    expect(matches("/cells/dev-cell-10/flow-logs")).toBe(false);
    expect(matches("/aws/eks/dev-cell-10-app/cluster")).toBe(false);
  });

  it("uses China's service names in China", () => {
    const all = statements(chineseCell());
    expect(all.get("LogsOfThisCell")?.Principal).toEqual({ Service: "logs.cn-north-1.amazonaws.com.cn" });
    expect(all.get("AccountManagesKey")?.Principal).toEqual({ AWS: `arn:aws-cn:iam::${account}:root` });
    const via = all.get("AccountUsesKeyThroughServices")?.Condition?.["StringEquals"]?.["kms:ViaService"];
    expect(via).toContain("rds.cn-north-1.amazonaws.com.cn");
    expect(JSON.stringify([...all.values()])).not.toContain("arn:aws:");
  });
});
