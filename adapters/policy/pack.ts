import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join, relative, resolve } from "node:path";

import { dealsFile } from "../../catalog/deals";
import { UserError } from "../../contract/user-error";
import { admit } from "../../ops/up/admit";
import type { Finding } from "../../ops/up/finding";
import type { PackManifest } from "../../ops/up/proof";
import { UpRefused } from "../../ops/up/refused";
import { packBundle } from "../../policy/bundle/build";
import { fingerprintFiles, type StackTexts } from "../../policy/front/known";
import { packHash, pinnedManifest } from "../../policy/manifest/manifest";
import { digestOf } from "../files/digest";
import { projectDirectory } from "../files/paths";

/** What an update asks for, as far as it is checked before the engine is started. */
export interface Admittance {
  /** The stack's files, as all judges get them. */
  readonly texts: StackTexts;
  /** Flags that the gate refuses: they would skip the preview, or change the settings of the pack. */
  readonly refused?: readonly string[];
  /** Another project than ours; for tests. */
  readonly project?: string;
}

/** The reviewed pack, and the stack's files that it judges by. */
export interface AdmittedPack {
  /** Its version has the digest of the bytes and of the stack's files: the engine must report the same. */
  readonly manifest: PackManifest;
  /** Writes the pack into an empty folder, for the engine. @returns the folder. */
  readonly write: (folder: string) => string;
  /** Judges an exported state; both findings and what could not be decided. */
  readonly verify: (state: string) => readonly Finding[];
}

/**
 * The checks that need no engine; see {@link admit}. The bytes whose digest is compared are the bytes that run.
 *
 * @throws UpRefused
 */
export function admitPack({ texts, refused = [], project = projectDirectory }: Admittance): AdmittedPack {
  const pinned = pinnedManifest(project);
  const pin = process.env["CELLS_POLICY_PIN"];
  const bundle = refused.length > 0 ? undefined : bundled(project);
  admit({
    pinned,
    packHash: bundle === undefined ? undefined : packHash(bundle),
    ...(pin === undefined || pin === "" ? {} : { pin }),
    refused,
  });
  // `admit` has refused a pack without a bundle or a manifest.
  return packOf(bundle!, pinned!, texts);
}

function bundled(project: string): Uint8Array | undefined {
  try {
    return packBundle(project);
  } catch (error) {
    throw new UpRefused(
      "pack-altered",
      `the policy pack is not the one that was reviewed, and cannot be built: ${(error as Error).message.trim()}`,
    );
  }
}

/** A pack of these bytes, which judges by these files. */
function packOf(bundle: Uint8Array, pinned: PackManifest, texts: StackTexts): AdmittedPack {
  const code = Buffer.from(bundle);
  const stack = JSON.stringify(texts);
  const manifest = { ...pinned, version: `${pinned.version}+${sha256(code)}.${sha256(stack)}` };
  let loaded: Bundle | undefined;
  return {
    manifest,
    write: (folder) => {
      const files = {
        "PulumiPolicy.yaml": `name: ${pinned.name}\nruntime: nodejs\nmain: index.js\n`,
        "package.json": JSON.stringify({ private: true, type: "commonjs", main: "index.js" }),
        "index.js": start,
        [runner]: 'require("../../../../../index.js");\n',
        "pack.js": code,
        "stack.json": stack,
      };
      for (const [name, content] of Object.entries(files)) {
        const file = join(folder, name);
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        writeFileSync(file, content, { mode: 0o600 });
      }
      return folder;
    },
    verify: (state) => {
      const judged = (loaded ??= load(code)).verify(state, JSON.parse(stack) as StackTexts);
      if ("mistake" in judged) throw new UserError(judged.mistake);
      return judged.findings;
    },
  };
}

/**
 * Where Node's language host finds the program that runs packs. Ours is in the pack's folder: Pulumi's own compiles
 * TypeScript with the settings of any tsconfig.json that it finds, and these may load code.
 */
const runner = "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js";

/** Runs the bytes that it has digested, and no other module of the disk: the list of folders for packages is empty. */
const start = `"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const file = join(__dirname, "pack.js");
const code = readFileSync(file);
const stack = readFileSync(join(__dirname, "stack.json"));
const pack = new Module(file);
pack.paths = [];
pack._compile(code.toString(), file);
pack.exports.serve(\`\${sha256(code)}.\${sha256(stack)}\`, JSON.parse(stack));
`;

/** What the bundle exports to the gate. */
type Bundle = Pick<typeof import("../../policy/bundle/entry"), "verify">;

/** The bundle in this process, from memory. */
function load(code: Buffer): Bundle {
  const file = join(projectDirectory, "policy", "pack.js");
  const made = new Module(file) as Module & { _compile: (code: string, file: string) => void };
  made.paths = [];
  made._compile(code.toString(), file);
  return made.exports as Bundle;
}

function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Digests all inputs of a stack's plan. Call it before they are read.
 *
 * @returns true when one of them has changed since.
 */
export function watchInputs(catalogFile: string, stack: string, project = projectDirectory): () => boolean {
  const program = [
    "index.ts",
    "Pulumi.yaml",
    `Pulumi.${stack}.yaml`,
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ];
  const rooms = ["catalog", "components", "contract", "lambda", "policy", "routing"];
  const own = [catalogFile, dealsFile(catalogFile), ...fingerprintFiles()].map((file) => resolve(project, file));
  const digest = (): string => digestOf(project, [...program, ...rooms, ...own.map((file) => relative(project, file))]);
  const before = digest();
  return () => digest() !== before;
}
