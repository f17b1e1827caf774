import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { resolveStackCatalog } from "../../catalog/resolve";
import { UserError } from "../../contract/user-error";

let project: string;
const stackFile = (text: string): void => writeFileSync(join(project, "Pulumi.dev.yaml"), text);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "cells-resolve-"));
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

describe("the catalog of a stack", () => {
  it.each([
    ["no stack file", undefined, "catalog/dev.yaml"],
    ["an empty stack file", "", "catalog/dev.yaml"],
    ["no configuration", "config:\n", "catalog/dev.yaml"],
    ["an empty value", "config:\n  cells:catalog: ''\n", "catalog/dev.yaml"],
    ["a configured file", "config:\n  cells:catalog: other/fleet.yaml\n", "other/fleet.yaml"],
  ])("follows one rule: %s", (_title, text, expected) => {
    if (text !== undefined) stackFile(text);
    expect(resolveStackCatalog(project, "dev")).toBe(join(project, expected));
  });

  it("reports a stack file that is not YAML, and quotes nothing of it", () => {
    stackFile("config:\n  cells:secret: 'hunter2\n");
    expect(() => resolveStackCatalog(project, "dev")).toThrow(UserError);
    expect(() => resolveStackCatalog(project, "dev")).toThrow(/Pulumi\.dev\.yaml is not valid YAML/);
    expect(() => resolveStackCatalog(project, "dev")).not.toThrow(/hunter2/);
  });
});
