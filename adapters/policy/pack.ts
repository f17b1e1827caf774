import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { admit, type EngineConfig } from "../../ops/up/admit";
import type { EngineRun, Finding, GateEngine, GatePorts } from "../../ops/up/gate";
import { planDigest } from "../pulumi/plan-file";
import type { PackManifest } from "../../ops/up/proof";
import { knownOfFile } from "../../policy/front/known";
import { judgeState, parseState } from "../../policy/front/state";
import { digestOf } from "../../policy/manifest/digest";
import { packHash, pinnedManifest } from "../../policy/manifest/manifest";
import { rules } from "../../policy/rules";
import { readSettings, SettingsError } from "../../policy/settings/settings";
import { projectDirectory } from "../files/paths";
import type { EngineEvent, EngineResult, LocalStack } from "../../local/stack";
import { UserError } from "../../contract/user-error";

/** What `up` is asked before the engine is started. */
export interface Asked {
  /** Revision of the catalog. */
  readonly revision: number;
  /** File of `--policy-pack-config`. */
  readonly configFile?: string;
  /** Flags that would skip the preview. */
  readonly skipping?: readonly string[];
  /** Another project than ours; for tests. */
  readonly project?: string;
}

/**
 * The checks that need no engine; see {@link admit}.
 *
 * @throws UpRefused, UserError when the configuration's file is not there.
 */
export function admitPack(asked: Asked): {
  readonly manifest: PackManifest;
  readonly config: EngineConfig | undefined;
} {
  const { revision, configFile, skipping = [], project = projectDirectory } = asked;
  if (configFile !== undefined && !existsSync(configFile)) throw new UserError(`there is no file ${configFile}`);
  const pinned = pinnedManifest(project);
  const pin = process.env["CELLS_POLICY_PIN"];
  const config = admit({
    pinned,
    packHash: packHash(project),
    ...(pin === undefined || pin === "" ? {} : { pin }),
    ...(configFile === undefined ? {} : { config: { source: configFile, text: readFileSync(configFile, "utf8") } }),
    revision,
    skipping,
    mistakesOf,
  });
  // `admit` has refused a pack without a manifest.
  return { manifest: pinned!, config };
}

function mistakesOf(given: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    readSettings(rules, "", given);
    return [];
  } catch (error) {
    if (error instanceof SettingsError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
}

/** What the gate asks besides the engine, for the catalog and the stack file that are run. */
export function gatePorts(engine: GateEngine, catalogFile: string, stack: string): GatePorts {
  return { engine, inputs: inputsOf(catalogFile, stack), verify: (state) => verify(state, catalogFile) };
}

/** Digests all that a plan of a stack is made from. */
export function inputsOf(catalogFile: string, stack: string, project = projectDirectory): () => string {
  const program = ["index.ts", "Pulumi.yaml", `Pulumi.${stack}.yaml`, "package-lock.json"];
  const rooms = ["catalog", "components", "contract", "lambda", "policy", "routing"];
  const own = [catalogFile, catalogFile.replace(/\.yaml$/, ".deals.json")];
  return () => digestOf(project, [...program, ...rooms, ...own.map((file) => relative(project, file))]);
}

/** What is found in a state, and what could not be decided: either keeps traffic out. */
function verify(state: string, catalogFile: string): readonly Finding[] {
  return judgeState(parseState(state, "the exported state"), knownOfFile(catalogFile))
    .filter(({ verdict }) => verdict.kind !== "advisory")
    .map(({ rule, verdict }) => ({
      rule: rule.id,
      urn: verdict.urn,
      message: verdict.kind === "undecided" ? `not decided: ${verdict.message}` : verdict.message,
    }));
}

/** How the local engine is run, and by whom it is watched. */
export interface LocalGateOptions {
  /** Runs the engine; `start` puts its progress and its record of the session around it. */
  readonly run: (
    verb: "preview" | "up",
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => Promise<EngineResult>;
  /** Where the plan is kept until the `up`. */
  readonly planFile: string;
  /** Folder of the pack, from the project's. */
  readonly pack?: string;
  /** Settings of the policies, besides `policy/config.yaml`. */
  readonly config?: EngineConfig | undefined;
  /** Arguments that limit what is changed. */
  readonly targets?: readonly string[];
  /** Extra arguments of each command. */
  readonly extra?: readonly string[];
}

/** The engine on a local stack. */
export function localEngine(
  stack: LocalStack,
  { run, planFile, pack = "policy", config, targets = [], extra = [] }: LocalGateOptions,
): GateEngine {
  const common = ["--policy-pack", pack, ...targets, ...extra];
  if (config !== undefined) {
    // What was read and admitted, not whatever the file says by now.
    const file = join(dirname(planFile), "policy-config.json");
    writeFileSync(file, JSON.stringify(config));
    common.push("--policy-pack-config", file);
  }
  return {
    preview: async (isClosed) =>
      runOf(await run("preview", ["preview", ...common, "--save-plan", planFile], told(isClosed))),
    up: async (isClosed) => {
      const result = await run("up", ["up", "--yes", "--skip-preview", ...common, "--plan", planFile], told(isClosed));
      rmSync(planFile, { force: true });
      return runOf(result);
    },
    planDigest: () => planDigest(planFile),
    // A local update writes no state while it runs, so nothing can wait in it.
    settle: () =>
      Promise.reject(
        new UserError("the local cloud and its state begin anew after an update that was killed: npm start"),
      ),
    exportState: async () => {
      const { code, output } = await stack.command(["stack", "export", "--show-secrets", ...extra]);
      // The output is not shown: it holds the secrets.
      if (code !== 0) throw new UserError(`the engine could not export the stack (exit code ${code})`);
      return output;
    },
  };
}

/** What the program hears besides its configuration: that its routers shall send nobody. */
function told(isClosed: boolean): Readonly<Record<string, string>> {
  return { CELLS_CLOSED: String(isClosed) };
}

/** A local stack's events are the engine's; the gate reads more of them than the rest of this room. */
function runOf({ code, output, events }: EngineResult): EngineRun {
  return { code, output, events: events as readonly (EngineEvent & EngineRun["events"][number])[] };
}

/** Where an environment keeps its plan. */
export function planFileOf(directory: string): string {
  return join(directory, "plan.json");
}
