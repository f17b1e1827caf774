import { unknownCheckingProxy } from "@pulumi/policy";
// The engine's own marker of an unknown text, which the SDK turns into an exception when it is read.
import * as proxy from "@pulumi/policy/proxy";

import type { Resource } from "../../policy/core/resource";
import type { Rule } from "../../policy/core/rule";
import { judge } from "../../policy/core/judge";
import { nothingKnown, type Known } from "../../policy/fingerprints/known";

/** A value that is unknown before `up`. */
// Exported, but missing in the package's types.
export const unknown: unknown = (proxy as unknown as { unknownStringValue: string }).unknownStringValue;

/** Two cells, their keys and providers, and whatever a test adds; properties throw where the engine's would. */
export class World {
  readonly resources: Resource[] = [];
  readonly cells = new Map<number, { readonly stack: Resource; readonly key: Resource; readonly provider: Resource }>();

  constructor() {
    for (const number of [1, 2]) {
      const stack = this.put({
        type: "cells:index:CellStack",
        name: `cell-${number}`,
        props: { cellId: `cell-${number}` },
      });
      const tags = {
        cell: `cell-${number}`,
        environment: "dev",
        locality: "EU",
        "data-residency": "EU",
        "managed-by": "pulumi",
      };
      const props = { region: "eu-west-1", defaultTags: JSON.stringify({ tags }) };
      const provider = this.put({ type: "pulumi:providers:aws", name: `cell-${number}-aws`, props, parent: stack });
      const key = this.put({ type: "aws:kms/key:Key", name: `cell-${number}-key`, parent: stack, provider });
      this.cells.set(number, { stack, key, provider });
    }
  }

  of(number: number): { readonly stack: Resource; readonly key: Resource; readonly provider: Resource } {
    return this.cells.get(number)!;
  }

  /** A resource of cell 1 (or another), with its provider. `from` says what inputs were computed from. */
  add(
    type: string,
    props: object,
    options: {
      name?: string;
      cell?: number;
      from?: Record<string, readonly Resource[]>;
      dependsOn?: readonly Resource[];
    } = {},
  ): Resource {
    const { stack, provider } = this.of(options.cell ?? 1);
    return this.put({
      type,
      name: options.name ?? "it",
      props,
      parent: stack,
      provider,
      propertyDependencies: options.from ?? {},
      dependencies: options.dependsOn ?? [],
    });
  }

  put(
    given: Partial<Omit<Resource, "props">> & { type: string; name: string; props?: object; provider?: unknown },
  ): Resource {
    const { parent, provider, props = {} } = given;
    const resource: Resource = {
      urn: `urn:pulumi:dev::cells::${given.type}::${given.name}`,
      dependencies: [],
      propertyDependencies: {},
      ...given,
      props: unknownCheckingProxy(props) as object,
      ...(parent === undefined ? {} : { parent, parentUrn: parent.urn }),
      provider: provider as Resource["provider"],
    };
    this.resources.push(resource);
    return resource;
  }

  /** What one rule says: `violation path` or `undecided path`. */
  judged(rule: Rule, known: Known = nothingKnown): readonly string[] {
    return judge([rule], this.resources, known).map(({ verdict }) => `${verdict.kind} ${verdict.path ?? "-"}`);
  }

  /** What several rules say together: `PUB-02 violation path`. */
  judgedBy(rules: readonly Rule[], known: Known = nothingKnown): readonly string[] {
    return judge(rules, this.resources, known).map(
      ({ rule, verdict }) => `${rule.id} ${verdict.kind} ${verdict.path ?? "-"}`,
    );
  }
}
