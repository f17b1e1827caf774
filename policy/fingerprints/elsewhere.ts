import { z } from "zod";

import { UserError } from "../../contract/user-error";
import { blocksOf, type CellPrint } from "./fingerprints";

/** Cells of another stack, as exported from that stack: ids, ARNs, hosts, names and blocks. No secrets. */
const schema = z.strictObject({
  /** Version of the file's format. */
  version: z.literal(1),
  /** Stack that was exported; the environment of its cells. */
  environment: z.string().min(1),
  exportedAt: z.iso.datetime(),
  domains: z.array(z.string()).default([]),
  cells: z.array(
    z.strictObject({
      id: z.string().min(1),
      number: z.number().int().nonnegative().optional(),
      zones: z.array(z.string()).default([]),
      blocks: z.array(z.string()).default([]),
      account: z.string().optional(),
      region: z.string().optional(),
      partition: z.string().optional(),
      /** Ids, ARNs, hosts and physical names of its resources. */
      texts: z.array(z.string()).default([]),
    }),
  ),
});

/** The content of a fingerprints file. */
export type FingerprintFile = z.output<typeof schema>;

/** Fingerprints of another stack's cells, and their source. */
export interface Elsewhere {
  readonly source: string;
  readonly environment: string;
  readonly exportedAt: Date;
  readonly domains: readonly string[];
  readonly cells: readonly CellPrint[];
  /** Id of the cell by text. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A fingerprints file that cannot be used. */
export class FingerprintError extends UserError {
  override readonly name = "FingerprintError";
}

/** After this many hours a fingerprints file is reported as old, because cells may have changed since. */
export const staleHours = 24;

/**
 * Reads a fingerprints file.
 *
 * @param source the file's path, for messages.
 * @param environment environment of the stack that is judged. Cells of another environment get that environment's name as a
 *   prefix and lose their private zones, which only their own networks can resolve.
 * @throws FingerprintError listing every mistake.
 */
export function parseFingerprints(text: string, source: string, environment: string | undefined): Elsewhere {
  const parsed = schema.safeParse(json(text, source));
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
    throw new FingerprintError(
      [`${source} is not a fingerprints file (cells fingerprints writes one):`, ...lines].join("\n"),
    );
  }
  const { data } = parsed;
  const isOwn = environment === undefined || data.environment === environment;
  const nameOf = (id: string): string => (isOwn ? id : `${data.environment}-${id}`);
  return {
    source,
    environment: data.environment,
    exportedAt: new Date(data.exportedAt),
    domains: data.domains,
    cells: data.cells.map(({ id, number, zones, blocks, account, region, partition }) => ({
      id: nameOf(id),
      ...(isOwn && number !== undefined ? { number } : {}),
      ...(isOwn ? { environment: data.environment } : {}),
      zones: isOwn ? zones : zones.filter((zone) => !zone.endsWith(".internal")),
      blocks: blocksOf(blocks),
      ...(account === undefined ? {} : { account }),
      ...(region === undefined ? {} : { region }),
      ...(partition === undefined ? {} : { partition }),
    })),
    texts: new Map(data.cells.flatMap(({ id, texts }) => texts.map((one) => [one, nameOf(id)] as const))),
  };
}

function json(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FingerprintError(`${source} is not JSON; cells fingerprints writes such a file`);
  }
}
