import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

import { admit, type EngineConfig } from "../../ops/up/admit";
import type { Finding } from "../../ops/up/finding";
import type { GateEngine, GatePorts } from "../../ops/up/gate";
import type { PackManifest } from "../../ops/up/proof";
import { knownOfFile } from "../../policy/front/known";
import { judgeState, parseState } from "../../policy/front/state";
import { digestOf } from "../../policy/manifest/digest";
import { packHash, pinnedManifest } from "../../policy/manifest/manifest";
import { rules } from "../../policy/rules";
import { readSettings, PolicySettingsError } from "../../policy/settings/settings";
import { projectDirectory } from "../files/paths";
import { UserError } from "../../contract/user-error";

/** What an update asks for, as far as it is checked before the engine is started. */
export interface Admittance {
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
export function admitPack(asked: Admittance): {
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
    if (error instanceof PolicySettingsError)
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

/** Digests all inputs of a stack's plan. */
export function inputsOf(catalogFile: string, stack: string, project = projectDirectory): () => string {
  const program = ["index.ts", "Pulumi.yaml", `Pulumi.${stack}.yaml`, "package-lock.json"];
  const rooms = ["catalog", "components", "contract", "lambda", "policy", "routing"];
  const own = [catalogFile, catalogFile.replace(/\.yaml$/, ".deals.json")];
  return () => digestOf(project, [...program, ...rooms, ...own.map((file) => relative(project, file))]);
}

/** Findings in a state, and undecided questions: both keep traffic out. */
function verify(state: string, catalogFile: string): readonly Finding[] {
  return judgeState(parseState(state, "the exported state"), knownOfFile(catalogFile))
    .filter(({ verdict }) => verdict.kind !== "advisory")
    .map(({ rule, verdict }) => ({
      rule: rule.id,
      urn: verdict.urn,
      message: verdict.kind === "undecided" ? `not decided: ${verdict.message}` : verdict.message,
    }));
}
