import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { parse, stringify } from "yaml";

import type { Properties } from "../properties";

/** Where one object of one cell is kept: `<directory>/cell-3/deployment-app.yaml`. */
export function fileOf(directory: string, cell: string, kind: string, name: string): string {
  return join(directory, cell, `${kind.toLowerCase()}-${name}.yaml`);
}

const maskedNote = "# Values are SHA-256 digests: a secret is never written to disk.\n";

/** Digest in place of a secret's value. */
export function masked(value: unknown): string {
  return `sha256:${createHash("sha256").update(String(value)).digest("hex")}`;
}

/** A manifest as it goes to disk: a Secret's values only as digests. */
function renderable(manifest: Properties): Properties {
  if (manifest["kind"] !== "Secret") return manifest;
  const hide = (values: unknown) =>
    Object.fromEntries(Object.entries((values ?? {}) as Properties).map(([key, value]) => [key, masked(value)]));
  return {
    ...manifest,
    ...(manifest["data"] === undefined ? {} : { data: hide(manifest["data"]) }),
    ...(manifest["stringData"] === undefined ? {} : { stringData: hide(manifest["stringData"]) }),
  };
}

/** Writes a manifest, whole or not at all. */
export function writeManifest(file: string, manifest: Properties): void {
  mkdirSync(dirname(file), { recursive: true });
  const text = stringify(renderable(manifest), { lineWidth: 0, aliasDuplicateObjects: false });
  const next = `${file}.next`;
  writeFileSync(next, (manifest["kind"] === "Secret" ? maskedNote : "") + text);
  renameSync(next, file);
}

/** The manifest in a file; undefined when the file is gone. A file that is no YAML object counts as edited beyond use. */
export function readManifest(file: string): Properties | undefined {
  if (!existsSync(file)) return undefined;
  const content = parse(readFileSync(file, "utf8")) as unknown;
  return typeof content === "object" && content !== null ? (content as Properties) : {};
}

/** Removes a manifest, and the cell's folder with the last one. */
export function removeManifest(file: string): void {
  rmSync(file, { force: true });
  const folder = dirname(file);
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
