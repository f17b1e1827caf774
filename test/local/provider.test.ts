import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { requireLoopback } from "../../local/providers/aws/cloud";
import { awsBackend } from "../../local/providers/aws/provider";
import { resource, type Properties, type ResourceDefinition } from "../../local/providers/aws/resource";
import { changedKeys, equal, holdsUnknown, secret, unwrap } from "../../local/providers/properties";

const endpoint = "http://127.0.0.1:1";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A cloud of one type, kept in a map: only the framework's own behaviour shows. */
function memory(overrides: Partial<ResourceDefinition> = {}) {
  const things = new Map<string, Properties>();
  const definition = resource({
    // A real type with tags: the SDK knows its tags, and the replacement table its inputs.
    token: "aws:ec2/vpc:Vpc",
    async create(_cloud, inputs) {
      things.set("vpc-1", { ...inputs });
      return { id: "vpc-1", outputs: { arn: "arn:vpc-1", tags: inputs["tags"] } };
    },
    async read(_cloud, id) {
      return things.get(id);
    },
    async update(_cloud, id, inputs, _olds, changed) {
      things.set(id, { ...inputs, touched: [...changed].sort() });
    },
    async delete(_cloud, id) {
      if (!things.delete(id)) throw Object.assign(new Error("gone"), { name: "InvalidVpcID.NotFound" });
    },
    ...overrides,
  });
  const backend = awsBackend(endpoint, [definition]);
  const session = backend.configure({ region: "eu-west-1", defaultTags: { tags: { cell: "cell-0" } } });
  return { backend, session, things };
}

const token = "aws:ec2/vpc:Vpc";

const never = (): Promise<never> => Promise.reject(new Error("must not be called"));

describe("the local AWS provider", () => {
  it.each([
    "http://10.0.0.1:4577",
    "https://ec2.eu-west-1.amazonaws.com",
    "http://localhost.example.com",
    "http://[::2]:1",
  ])("refuses %s", (foreign) => {
    expect(() => requireLoopback(foreign)).toThrow(/loopback endpoint only/);
    expect(() => awsBackend(foreign, []).configure({ region: "eu-west-1" })).toThrow(/loopback/);
  });

  it.each(["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])("takes %s", (own) => {
    expect(() => requireLoopback(own)).not.toThrow();
  });

  it("names a type that it does not support, at check and at preview", () => {
    const { backend, session } = memory();
    expect(() => backend.check(session, "aws:foo/bar:Bar", {})).toThrow(/does not support aws:foo\/bar:Bar/);
    expect(() => backend.preview(session, "aws:foo/bar:Bar", {})).toThrow(/aws:foo\/bar:Bar/);
  });

  it("refuses a table with two definitions of one type", () => {
    const nothing = { create: never, read: never, delete: never };
    const one = resource({ token: "aws:a/b:B", ...nothing });
    expect(() => awsBackend(endpoint, [one, one])).toThrow("defined twice: aws:a/b:B");
  });

  it("needs a region", () => {
    expect(() => memory().backend.configure({})).toThrow(/no region/);
  });

  it("merges a resource's tags over the provider's and keeps both apart", async () => {
    const { backend, session, things } = memory();
    const { outputs } = await backend.create(session, token, { cidrBlock: "10.0.0.0/16", tags: { Name: "x" } }, "v");
    expect(things.get("vpc-1")?.["tags"]).toEqual({ cell: "cell-0", Name: "x" });
    expect(outputs["tags"]).toEqual({ Name: "x" });
    expect(outputs["tagsAll"]).toEqual({ cell: "cell-0", Name: "x" });
  });

  it("replaces a resource for properties that AWS cannot change, updates it for others, and sees a changed default tag", async () => {
    const { backend, session } = memory();
    const old = { cidrBlock: "10.0.0.0/16", enableDnsSupport: true };
    const { outputs } = await backend.create(session, token, old, "v");
    const diff = (inputs: Properties, at = session) => {
      const { changed, replaces } = backend.diff(at, token, old, outputs, inputs);
      return [[...changed].sort(), replaces];
    };
    expect(diff(old)).toEqual([[], []]);
    expect(diff({ ...old, enableDnsSupport: false })).toEqual([["enableDnsSupport"], []]);
    expect(diff({ ...old, cidrBlock: "10.1.0.0/16" })).toEqual([["cidrBlock"], ["cidrBlock"]]);
    expect(diff({ ...old, cidrBlock: unknown })).toEqual([["cidrBlock"], ["cidrBlock"]]);
    const other = backend.configure({ region: "eu-west-1", defaultTags: { tags: { cell: "cell-1" } } });
    expect(diff(old, other)).toEqual([["tags"], []]);
  });

  it("sees drift in an input, in a tag, and that a resource is gone", async () => {
    const { backend, session, things } = memory();
    const inputs = { cidrBlock: "10.0.0.0/16", enableDnsSupport: true, tags: { Name: "x" } };
    const { id, outputs } = await backend.create(session, token, inputs, "v");
    const clean = await backend.read(session, token, id, outputs, inputs);
    expect(clean?.inputs).toEqual(inputs);

    things.set(id, { ...inputs, enableDnsSupport: false, tags: { cell: "cell-0", Name: "x", by: "hand" } });
    const drifted = await backend.read(session, token, id, outputs, inputs);
    expect(drifted?.inputs).toEqual({ ...inputs, enableDnsSupport: false, tags: { Name: "x", by: "hand" } });

    things.clear();
    expect(await backend.read(session, token, id, outputs, inputs)).toBeUndefined();
    // And deleting it again is no mistake.
    await expect(backend.delete(session, token, id, outputs)).resolves.toBeUndefined();
  });

  it("reports an error with region, type and AWS's code", async () => {
    const { backend, session } = memory({
      create: () => Promise.reject(Object.assign(new Error("no such zone"), { name: "InvalidParameterValue" })),
    });
    await expect(backend.create(session, token, {}, "v")).rejects.toThrow(
      "eu-west-1: aws:ec2/vpc:Vpc: InvalidParameterValue: no such zone",
    );
  });

  it("marks declared outputs as secrets", async () => {
    const { backend, session } = memory({ secretOutputs: ["arn"] });
    const { outputs } = await backend.create(session, token, {}, "v");
    expect(outputs["arn"]).toEqual(secret("arn:vpc-1"));
  });
});

describe("Pulumi's property format", () => {
  const json = fc.jsonValue();

  it("unwraps secrets at every depth and leaves the rest unchanged", () => {
    fc.assert(
      fc.property(json, (value) => equal(unwrap({ a: [secret({ b: secret(value) })] }), { a: [{ b: value }] })),
    );
  });

  it("has a reflexive equality, in which an absent key equals an undefined one", () => {
    fc.assert(fc.property(json, (value) => equal(value, structuredClone(value))));
    expect(equal({ a: undefined, b: 1 }, { b: 1 })).toBe(true);
    expect(equal([1], { 0: 1 })).toBe(false);
    expect(equal({ a: 1 }, { a: "1" })).toBe(false);
  });

  it("finds changed keys except Pulumi's own, and unknowns anywhere", () => {
    expect([...changedKeys({ a: 1, b: 2, __defaults: [] }, { a: 1, b: 3, c: 4, __defaults: ["x"] })].sort()).toEqual([
      "b",
      "c",
    ]);
    expect(holdsUnknown({ a: [{ b: unknown }] })).toBe(true);
    expect(holdsUnknown({ a: [{ b: "known" }] })).toBe(false);
  });
});
