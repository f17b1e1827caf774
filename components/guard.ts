import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";
import { parseDocument } from "yaml";

import { UserError } from "../contract/user-error";
import { cellType } from "../contract/components";
import { statefulTypes } from "../catalog/stateful";

/** Settings of the guard. */
export interface GuardSettings {
  /** Names of stacks that may be read: `stacks` of policy/register.yaml. */
  readonly allowedStacks: readonly string[];
  /** True for a cell whose data must outlive mistakes. */
  readonly isProduction: (cellId: string) => boolean;
}

/** The program breaks a rule that no policy could see: every mistake, each with what to write instead. */
class GuardError extends pulumi.RunError {
  constructor(mistakes: readonly string[]) {
    super(["no policy can detect this, so the program stops:", ...mistakes.map((one) => `  ${one}`)].join("\n"));
  }
}

/** A guard at work. */
export interface Guard {
  /** Throws what a preview has collected so far; from then on each mistake throws by itself. */
  check(): void;
}

/** What the guard notes of a resource for those below it. */
interface Noted {
  /** The cell that it is in. */
  readonly cell?: string;
  readonly protect: boolean;
}

const stackReference = "pulumi:pulumi:StackReference";

/**
 * Checks the resources of a program for what an engine hides from policies: other stacks that are read, ids that a cell
 * reads, a resource that is deleted with another cell's, production data without protection. A preview reports all
 * mistakes at once; an `up` stops at the first, before the resource is registered. It is for honest authors: an attacker
 * can avoid it, and the verifier finds that.
 *
 * Call it inside the program, before the first resource.
 */
export function guardProgram(settings: GuardSettings): Guard {
  const notes = new WeakMap<pulumi.Resource, Noted>();
  const mistakes: string[] = [];
  let isCollecting = pulumi.runtime.isDryRun();
  pulumi.runtime.registerStackTransformation((args) => {
    const opts: pulumi.CustomResourceOptions = args.opts;
    const above = opts.parent === undefined ? undefined : notes.get(opts.parent);
    const cell = args.type === cellType ? args.name : above?.cell;
    const own: Noted = { protect: opts.protect ?? above?.protect ?? false, ...(cell === undefined ? {} : { cell }) };
    notes.set(args.resource, own);
    const stack: unknown = args.type === stackReference ? (args.props as { name?: unknown }).name : undefined;
    if (pulumi.Output.isInstance(stack)) return withAllowedStack(args, stack, settings.allowedStacks);
    const found =
      args.type === stackReference
        ? refusal(String(stack), settings.allowedStacks)
        : mistakesOf(args.type, opts, own, notes, settings).map((said) => `${args.name} (${args.type}): ${said}`);
    if (found.length > 0 && !isCollecting) throw new GuardError(found);
    mistakes.push(...found);
    return undefined;
  });
  return {
    check: () => {
      isCollecting = false;
      if (mistakes.length > 0) throw new GuardError(mistakes);
    },
  };
}

function mistakesOf(
  type: string,
  opts: pulumi.CustomResourceOptions,
  { cell, protect }: Noted,
  notes: WeakMap<pulumi.Resource, Noted>,
  { isProduction }: GuardSettings,
): readonly string[] {
  if (cell === undefined) return [];
  const found: string[] = [];
  if (opts.id !== undefined) {
    found.push(
      `${cell} reads a resource that it did not create: create it in the cell, or move it to the edge or the foundation`,
    );
    return found;
  }
  for (const [option, what, others] of [
    ["deletedWith", "deleted", opts.deletedWith === undefined ? [] : [opts.deletedWith]],
    ["replaceWith", "replaced", opts.replaceWith ?? []],
  ] as const) {
    const tied = others.map((other) => notes.get(other)?.cell).find((other) => other !== undefined && other !== cell);
    if (tied === undefined) continue;
    found.push(`it would be ${what} with a resource of ${tied}: remove ${option}, or name a resource of ${cell}`);
  }
  if (statefulTypes.has(type) && !protect && opts.retainOnDelete !== true && isProduction(cell)) {
    found.push("it holds production data without protection: pass protect: true or retainOnDelete: true");
  }
  return found;
}

function refusal(stack: string, allowed: readonly string[]): readonly string[] {
  if (allowed.includes(stack)) return [];
  return [
    `${stack} (${stackReference}): this stack may not be read: add it to stacks in policy/register.yaml, or do not read it`,
  ];
}

/** A name that is an output: the read waits for the check, and does not happen when the stack is not allowed. */
function withAllowedStack(
  { props, opts }: pulumi.ResourceTransformationArgs,
  name: pulumi.Output<unknown>,
  allowed: readonly string[],
): pulumi.ResourceTransformationResult {
  const asked = name.apply((stack) => {
    const found = refusal(String(stack), allowed);
    if (found.length > 0) throw new GuardError(found);
    return String(stack);
  });
  const reading: pulumi.CustomResourceOptions = { ...opts, id: asked };
  return { props: { ...props, name: asked }, opts: reading };
}

/** Milliseconds of a day: an entry counts to the end of its last one. */
const day = 86_400_000;

/**
 * Names of the stacks that a register allows the program to read until their last day. The policies check its form; here a
 * register that is missing, or has no stacks, allows none.
 *
 * @throws UserError for a register that is not YAML.
 */
export function allowedStacks(file: string, now: Date = new Date()): readonly string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new UserError(`${file} is not YAML: ${error.message}`);
  const { stacks } = (document.toJS() ?? {}) as { stacks?: unknown };
  if (!Array.isArray(stacks)) return [];
  return (stacks as readonly ({ readonly stack?: unknown; readonly expires?: unknown } | null)[]).flatMap((entry) => {
    const isLive = Date.parse(String(entry?.expires)) + day > now.getTime();
    return typeof entry?.stack === "string" && isLive ? [entry.stack] : [];
  });
}
