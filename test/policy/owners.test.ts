import { describe, expect, it } from "vitest";

import type { Resource } from "../../policy/core/resource";
import { Graph } from "../../policy/core/graph";
import { ownTag, tag } from "../../policy/core/tags";
import type { CellPrint } from "../../policy/fingerprints/fingerprints";
import { nothingKnown } from "../../policy/fingerprints/known";
import { unknown, World } from "./world";

const provider = "pulumi:providers:kubernetes";
const bucket = "aws:s3/bucket:Bucket";

describe("the owner of a resource", () => {
  const ownerOf = (put: (world: World) => Resource): unknown => {
    const world = new World();
    const resource = put(world);
    return new Graph(world.resources).owner(resource);
  };

  it("is the nearest component above it, of any type", () => {
    for (const [type, layer] of [
      ["CellRouter", "edge"],
      ["Edge", "edge"],
      ["ControlPlane", "control"],
      ["Foundation", "foundation"],
    ] as const) {
      const owner = ownerOf((world) =>
        world.put({ type: bucket, name: "it", parent: world.put({ type: `cells:index:${type}`, name: "one" }) }),
      );
      expect(owner).toEqual({ kind: "layer", id: "one", layer });
    }
    expect(ownerOf((world) => world.add(bucket, {}, { cell: 2 }))).toEqual({ kind: "cell", id: "cell-2" });
    expect(ownerOf((world) => world.put({ type: "pulumi:pulumi:Stack", name: "cells-dev" }))).toEqual({
      kind: "layer",
      id: "cells-dev",
      layer: "stack",
    });
  });

  it("is missing at the stack's root, and unclear below an unknown parent", () => {
    const below = (world: World): Resource =>
      world.put({ type: bucket, name: "it", parent: world.put({ type: "pulumi:pulumi:Stack", name: "cells-dev" }) });
    expect(ownerOf(below)).toEqual({ kind: "orphan" });
    expect(ownerOf((world) => world.put({ type: bucket, name: "it" }))).toEqual({ kind: "orphan" });
    expect(ownerOf((world) => world.put({ type: bucket, name: "it", parentUrn: "" }))).toEqual({ kind: "orphan" });
    expect(
      ownerOf((world) =>
        world.put({ type: bucket, name: "it", parentUrn: "urn:pulumi:dev::cells::pulumi:pulumi:Stack::cells-dev" }),
      ),
    ).toEqual({ kind: "orphan" });
    expect(
      ownerOf((world) => world.put({ type: bucket, name: "it", parentUrn: "urn:pulumi:dev::cells::x:y:Z::gone" })),
    ).toEqual({ kind: "unclear" });
    expect(
      ownerOf((world) => world.put({ type: provider, name: "it", parentUrn: "urn:pulumi:dev::cells::x:y:Z::gone" })),
    ).toEqual({ kind: "unclear" });
  });

  it("is, for a provider at the root, the one cell that it is built on", () => {
    const on =
      (...cells: readonly number[]) =>
      (world: World) =>
        world.put({
          type: provider,
          name: "it",
          propertyDependencies: { kubeconfig: cells.map((cell) => world.of(cell).key) },
        });
    expect(ownerOf(on(2))).toEqual({ kind: "cell", id: "cell-2" });
    expect(ownerOf((world) => world.put({ type: provider, name: "it", dependencies: [world.of(1).key] }))).toEqual({
      kind: "cell",
      id: "cell-1",
    });
    expect(ownerOf(on(1, 2))).toEqual({ kind: "layer", id: "it", layer: "stack" });
    expect(ownerOf(on())).toEqual({ kind: "layer", id: "it", layer: "stack" });
  });

  it("is, for a provider of no cell, the layer that its tags name", () => {
    const tagged = (defaultTags: unknown) =>
      ownerOf((world) => world.put({ type: provider, name: "it", props: { defaultTags } }));
    const layer = (name: string): object => ({ kind: "layer", id: "it", layer: name });
    expect(tagged({ tags: { layer: "edge" } })).toEqual(layer("edge"));
    expect(tagged(JSON.stringify({ tags: { layer: "control" } }))).toEqual(layer("control"));
    for (const none of [
      { tags: { layer: "cell" } },
      { tags: {} },
      { tags: { layer: unknown } },
      { tags: unknown },
      { tags: null },
      { tags: "edge" },
      {},
      unknown,
      null,
      "{",
      "null",
      '"edge"',
      7,
    ]) {
      expect(tagged(none)).toEqual(layer("stack"));
    }
  });

  it("is the id that a cell registered, before its name", () => {
    const named = (props: object): unknown =>
      ownerOf((world) => world.put({ type: "cells:index:CellStack", name: "cell-9", props }));
    expect(named({ cellId: "cell-7" })).toEqual({ kind: "cell", id: "cell-7" });
    for (const cellId of [7, "7"]) expect(named({ cellId })).toEqual({ kind: "cell", id: "cell-7" });
    for (const props of [{}, { cellId: unknown }, { cellId: "" }, { cellId: true }])
      expect(named(props)).toEqual({ kind: "cell", id: "cell-9" });
  });
});

describe("the owner of a resource before its cell has registered", () => {
  const print = (id: string, number: number): CellPrint => ({
    id,
    number,
    environment: "dev",
    zones: [`${id}.internal`],
    blocks: [],
  });
  const early = (name: string, cells: readonly CellPrint[], props: object = {}): unknown => {
    const world = new World();
    const cell = world.put({ type: "cells:index:CellStack", name, props });
    return new Graph([], { ...nothingKnown, cells }, new Map()).owner(cell);
  };

  it("is what its inputs say, or its name in the catalog", () => {
    const cells = [print("cell-1", 1), print("cell-2", 2)];
    expect(early("cell-2", cells)).toEqual({ kind: "cell", id: "cell-2" });
    expect(early("whatever", cells, { cellId: "cell-1" })).toEqual({ kind: "cell", id: "cell-1" });
    expect(early("anything", [])).toEqual({ kind: "cell", id: "anything" });
  });

  it("is the one cell that its name speaks of, and unclear when it speaks of none or several", () => {
    const cells = [print("cell-1", 1), print("cell-2", 2)];
    expect(early("dev-cell-2-stack", cells)).toEqual({ kind: "cell", id: "cell-2" });
    expect(early("dev-cell-1-and-cell-2", cells)).toEqual({ kind: "unclear" });
    expect(early("stack", cells)).toEqual({ kind: "unclear" });
    expect(early("dev-cell-7-stack", cells)).toEqual({ kind: "unclear" });
  });
});

describe("a tag", () => {
  const found = (props: object, defaults?: unknown): unknown => {
    const world = new World();
    const own =
      defaults === undefined
        ? undefined
        : world.put({ type: "pulumi:providers:aws", name: "own", props: { defaultTags: defaults } });
    return tag(world.put({ type: bucket, name: "it", props, provider: own }), "cell");
  };
  const known = (value: string): object => ({ state: "known", value });
  const absent = { state: "absent" };
  const open = { state: "unknown" };

  it("is the resource's own before all tags, and these before the provider's", () => {
    expect(found({ tags: { cell: "a" }, tagsAll: { cell: "b" } }, { tags: { cell: "c" } })).toEqual(known("a"));
    expect(found({ tags: { other: "a" }, tagsAll: { cell: "b" } }, { tags: { cell: "c" } })).toEqual(known("b"));
    expect(found({ tags: null, tagsAll: "none" }, { tags: { cell: "c" } })).toEqual(known("c"));
    expect(found({}, JSON.stringify({ tags: { cell: "c" } }))).toEqual(known("c"));
    expect(found({})).toEqual(absent);
  });

  it("is unknown when what stands before is", () => {
    expect(found({ tags: unknown, tagsAll: { cell: "b" } })).toEqual(open);
    expect(found({ tags: { cell: unknown }, tagsAll: { cell: "b" } })).toEqual(open);
    expect(found({}, unknown)).toEqual(open);
    expect(found({}, { tags: unknown })).toEqual(open);
  });

  it("is absent from values that are not tags", () => {
    for (const defaults of ["{", "null", '"x"', 7, {}, { tags: "cell" }]) expect(found({}, defaults)).toEqual(absent);
  });

  it("on the resource itself is not the provider's", () => {
    const world = new World();
    const own = (props: object): unknown =>
      ownTag(world.put({ type: bucket, name: "it", props, provider: world.of(1).provider }), "cell");
    expect(own({ tags: { cell: "a" } })).toEqual(known("a"));
    expect([own({}), own({ tags: "cell" }), own({ tags: {} })]).toEqual([absent, absent, absent]);
    expect([own({ tags: unknown }), own({ tags: { cell: unknown } })]).toEqual([open, open]);
  });
});
