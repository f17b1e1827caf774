import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, it } from "vitest";

import { definitions } from "../../../local/providers/aws/services/kms";
import type { Properties } from "../../../local/providers/aws/resource";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;
const make = (token: string, inputs: Properties) => Made.create(moto.cloud("cn-north-1"), definitions, token, inputs);
const keyOf = () =>
  make("aws:kms/key:Key", {
    description: "Everything",
    enableKeyRotation: true,
    deletionWindowInDays: 7,
    tags: { Name: "dev-cell-7" },
  });

beforeAll(async () => {
  moto = await startMoto();
}, 60_000);
afterAll(() => moto.stop());

it("a key is created and changed, and is gone once it waits for its deletion", async () => {
  const key = await keyOf();
  expect(key.outputs["arn"]).toBe(`arn:aws-cn:kms:cn-north-1:123456789012:key/${key.id}`);
  expect(await key.drift()).toEqual([]);
  expect(await key.inventions()).toEqual([]);
  await key.update({ description: "All", enableKeyRotation: false, tags: { Name: "x", more: "y" } });
  expect(await key.read()).toMatchObject({
    description: "All",
    enableKeyRotation: false,
    tags: { Name: "x", more: "y" },
  });
  await key.update({ tags: {} });
  expect((await key.read())?.["tags"]).toEqual({});
  await key.delete();
  expect(await key.read()).toBeUndefined();
});

it("a key policy has no drift in any spelling; deleting it restores AWS's default", async () => {
  const key = await keyOf();
  const document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }],
  };
  const policy = await make("aws:kms/keyPolicy:KeyPolicy", {
    keyId: key.id,
    policy: JSON.stringify(document, null, 2),
  });
  expect(await policy.drift()).toEqual([]);
  await policy.update({ policy: JSON.stringify({ ...document, Id: "changed" }) });
  expect((await policy.read())?.["policy"]).toContain("changed");
  await expect(policy.update({ keyId: "another" })).rejects.toThrow("cannot move to another key");
  await policy.delete();
  expect((await policy.read())?.["policy"]).toContain("arn:aws-cn:iam::123456789012:root");
  await key.delete();
  expect(await policy.read()).toBeUndefined();
});

it("an alias follows its key", async () => {
  const [first, second] = [await keyOf(), await keyOf()];
  const alias = await make("aws:kms/alias:Alias", { name: "alias/dev-cell-7", targetKeyId: first.id });
  expect(await alias.drift()).toEqual([]);
  expect(await alias.inventions()).toEqual([]);
  await alias.update({ targetKeyId: second.id });
  expect(await alias.read()).toMatchObject({ targetKeyId: second.id, targetKeyArn: second.outputs["arn"] });
  await alias.delete();
  expect(await alias.read()).toBeUndefined();
  await first.delete();
  await second.delete();
  const { Aliases } = await moto.client(KMSClient, "cn-north-1").send(new ListAliasesCommand({}));
  expect(Aliases?.filter(({ AliasName }) => AliasName?.startsWith("alias/aws/") === false)).toEqual([]);
});
