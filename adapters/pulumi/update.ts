import { join } from "node:path";

import { catalogOf } from "../../catalog/load";
import { resolveStackCatalog } from "../../catalog/resolve";
import { foundOf } from "../../ops/up/adopt";
import type { GateEngine, UpRequest } from "../../ops/up/gate";
import { targetsOf } from "../../ops/up/only";
import { runGate, type GateResult } from "../../ops/up/run";
import { tokenOf } from "../../ops/up/stateful";
import { UserError } from "../../contract/user-error";
import { withLock } from "../files/lock";
import { environmentDirectory, projectDirectory } from "../files/paths";
import { readStackTexts } from "../../policy/front/known";
import { admitPack, watchInputs } from "../policy/pack";
import { printable } from "../processes/printable";
import type { Report } from "../processes/process";
import { journalIn } from "./journal";
import { refuseConstraints } from "./plan/constraints";
import { withPulumi } from "./pulumi";

/** What to update, and what a person has agreed to. */
export interface UpdateOptions {
  readonly stack: string;
  /** Cells that may change together, where one update must change several. */
  readonly cells?: readonly string[];
  /** The engine leaves all but these cells as they are. */
  readonly only?: readonly string[];
  /** URNs, or the token of a list of losses. */
  readonly approve?: readonly string[];
  /** `<urn>=<id>` of resources that a killed update created. */
  readonly found?: readonly string[];
  /** URNs of resources that a killed update did not create. */
  readonly gone?: readonly string[];
  /** Flags that the gate refuses, where the user has written one. */
  readonly refused?: readonly string[];
  /** Where AWS takes the change in two updates only, make the next one. */
  readonly stage?: "next";
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly signal?: AbortSignal;
  readonly report: Report;
}

/** What an update did, or would do. */
export interface UpdateResult extends GateResult {
  readonly stack: string;
  /** Approves exactly these losses of this plan; absent where there are none. */
  readonly token?: string;
}

/** An update that is checked as far as it can be without an engine. */
export interface PreparedUpdate {
  /** Writes the pack that the update runs; see `gateEngine`. */
  readonly pack: (folder: string) => string;
  /** Arguments of the engine that limit the changed resources. */
  readonly targets: readonly string[];
  /** Takes the update through the gate. @throws UpRefused with the reason. */
  readonly run: (engine: GateEngine) => Promise<UpdateResult>;
}

/** Cells with tenants that one update may change (SIZ-07). */
const maxCellsPerUpdate = 1;

/**
 * Reads the catalog and the policy pack, and checks what the options ask for.
 *
 * @throws UpRefused, CatalogError, UserError for what cannot be used.
 */
export function prepareUpdate(options: UpdateOptions, catalogFile: string): PreparedUpdate {
  const { stack, cells, only, refused, report } = options;
  const hasChanged = watchInputs(catalogFile, stack);
  const texts = readStackTexts(catalogFile);
  const catalog = catalogOf(texts.catalog!);
  const unknown = [...(cells ?? []), ...(only ?? [])].filter((id) => !catalog.cells.some((cell) => cell.id === id));
  if (unknown.length > 0) {
    const flag = only === undefined ? "--cells" : "--only";
    const known = catalog.cells.map(({ id }) => id).join(", ");
    throw new UserError(`${flag} ${unknown.join(",")}: ${catalogFile} has no such cell; it has ${known}`);
  }
  const pack = admitPack({ texts, ...(refused === undefined ? {} : { refused }) });
  const request: UpRequest = {
    catalog,
    manifest: pack.manifest,
    maxCellsPerUpdate,
    ...(cells === undefined ? {} : { cells }),
    ...(only === undefined ? {} : { only }),
    approvals: options.approve ?? [],
    isStaged: options.stage === "next",
    found: foundOf(options.found, options.gone),
  };
  return {
    pack: pack.write,
    targets: targetsOf(only),
    run: async (engine) => {
      await refuseConstraints(catalog);
      const ports = { engine, verify: pack.verify, hasChanged };
      const result = await runGate(request, ports, { isDryRun: options.dryRun === true, report });
      return { ...result, stack, ...(result.losses.length === 0 ? {} : { token: tokenOf(result.losses) }) };
    },
  };
}

/**
 * Updates a stack of the backend that `pulumi` is logged in to: preview with the policy pack, proof that all of it ran,
 * what the plan touches, `up` with the saved plan, and a judgement of the result.
 *
 * @throws UpRefused with the reason; CatalogError, UserError for input that cannot be used.
 */
export async function updateStack(options: UpdateOptions): Promise<UpdateResult> {
  const { stack, report, signal, quiet } = options;
  const { run, ...prepared } = prepareUpdate(options, resolveStackCatalog(projectDirectory, stack));
  // A local environment of the same name uses another folder.
  const place = `${stack}.pulumi`;
  const directory = environmentDirectory(place);
  const about = {
    ...prepared,
    stack,
    directory: projectDirectory,
    folder: join(directory, "run"),
    journal: journalIn(join(directory, "engine.json")),
    report,
    signal,
    ...(quiet === true ? {} : { onOutput: (text: string) => void process.stderr.write(printable(text)) }),
  };
  return withLock(place, () => withPulumi(about, run));
}
