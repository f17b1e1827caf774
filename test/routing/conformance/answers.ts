import { createHash } from "node:crypto";

import { refusalStatus } from "../../../lambda/router/answers";
import { makeSignatureCheck } from "../../../lambda/router/signature";
import { TableSource } from "../../../lambda/router/source";
import {
  applyOverlay,
  checkArrival,
  conditionsOf,
  decide,
  decideCorrected,
  decodeBinary,
  decodeCorrection,
  decodePublishedOverlay,
  decodePublishedTable,
  effectiveVersion,
  epochOf,
  formatVersion,
  makeRouter,
  pinsOf,
  type Conditions,
  type Deal,
  type Decision,
  type Mistake,
  type Overlay,
  type Pins,
  type Router,
  type RoutingTable,
} from "../../../routing";
import { slotOf } from "../../../routing/algorithms/slots";
import { afterCell, afterRouter, homeOf, nextHeaders, type Reaction } from "../../../routing/client";
import { murmur128, murmur32 } from "../../../routing/murmur3";
import { indexesOf } from "../../../routing/slots/pack";
import type { ObjectCase } from "./bases";
import { expand, type Parts } from "./bytes";
import { pinKey } from "./documents";
import type { PairCase, Question } from "./pairs";
import { verifyingKeys, type ArrivalCase, type ClientCase, type CorrectionCase, type SignatureCase } from "./protocol";
import { rules, type Rule, type StepsCase } from "./steps";

/** What our own reader answers to the cases of the file. */

type Answer = Partial<Refusal> & { readonly accepted?: object };
type Refusal = { readonly refused: { readonly at: string; readonly why: string } };

export function hashesOf(text: string) {
  const words = [...murmur128(text, new Uint32Array(4))];
  const sha256 = createHash("sha256").update(text).digest("hex");
  return {
    text,
    murmur128: words.map((word) => word.toString(16).padStart(8, "0")).join(""),
    murmur32: murmur32(text),
    slot: slotOf(text),
    sha256,
    tag: createHash("sha256").update(`${pinKey}${text}`).digest().readUInt32BE(),
  };
}

/**
 * Where the mistakes are, without those that follow from the first one. A test compares it with the only place that a case
 * has, so that a reader cannot find another reason to refuse.
 */
function refusal([first, ...more]: readonly Mistake[]): Refusal {
  const { path, message } = first!;
  const others = more.filter((each) => path === "" || !each.path.startsWith(path));
  return { refused: { at: [path, ...others.map((each) => each.path)].join(", "), why: message } };
}

/** Some slots at ends and at bits that a reader may lose. */
const sampled = [0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 256, 32767, 32768, 65534, 65535];

function dealOf(deal: Deal): object {
  const { localities, cells } = deal;
  // The compiled form may have an index without a cell.
  const owners = sampled.map((slot) => [slot, cells[indexesOf(deal)[slot]!] ?? null]);
  return { localities, cells, owners };
}

export function baseOf({ bytes, endpointSuffix }: ObjectCase, parts: Parts): Answer {
  const options = endpointSuffix === undefined ? {} : { endpointSuffix };
  return tableOf(decodePublishedTable(expand(bytes, parts), options));
}

export function compiledOf({ bytes }: ObjectCase, parts: Parts): Answer {
  return tableOf(decodeBinary(expand(bytes, parts)));
}

function tableOf(decoded: ReturnType<typeof decodeBinary>): Answer {
  if (!decoded.ok) return refusal(decoded.mistakes);
  const { schema: _, version, cells, deals, ...table } = decoded.table;
  const numbers = cells.map(({ number }) => number);
  return {
    accepted: {
      version: formatVersion(version),
      ...table,
      cells: numbers,
      ...(deals === undefined ? {} : { deals: deals.map(dealOf) }),
    },
  };
}

export function overlayOf({ bytes }: ObjectCase, parts: Parts): Answer {
  const decoded = decodePublishedOverlay(expand(bytes, parts));
  if (!decoded.ok) return refusal(decoded.mistakes);
  const { schema: _, deals, pins, ...overlay } = decoded.overlay;
  const rows: (readonly number[])[] = [];
  pins.compare(pinsOf({}), (hash, tag, __, pin) => rows.push([hash, tag, pin!.cell, pin!.epoch]));
  return {
    accepted: {
      ...overlay,
      ...(deals === undefined ? {} : { deals: deals.map(dealOf) }),
      pins: { key: pins.key, cells: pins.cells, rows },
    },
  };
}

interface Pair {
  readonly base: RoutingTable;
  readonly overlay: Overlay | undefined;
  readonly table: RoutingTable;
  readonly pins: Pins;
  readonly conditions: Conditions;
}

/** A pair of accepted objects, or why they do not fit together. */
function together({ name, base, compiled, overlay }: Omit<PairCase, "questions">, parts: Parts): Pair | Refusal {
  const bytes = expand(base, parts);
  const decoded = compiled === true ? decodeBinary(bytes) : decodePublishedTable(bytes);
  if (!decoded.ok) throw new Error(`${name}: ${JSON.stringify(decoded.mistakes)}`);
  const { table } = decoded;
  if (overlay === undefined)
    return { base: table, overlay: undefined, table, pins: pinsOf(table.pins), conditions: {} };
  const over = decodePublishedOverlay(expand(overlay, parts));
  if (!over.ok) throw new Error(`${name}: ${JSON.stringify(over.mistakes)}`);
  const applied = applyOverlay(table, over.overlay);
  if (!applied.ok) return refusal(applied.mistakes);
  return {
    base: table,
    overlay: over.overlay,
    table: applied.table,
    pins: applied.pins,
    conditions: conditionsOf(over.overlay),
  };
}

interface DecisionAnswer {
  readonly status: number;
  readonly cell?: number;
  readonly endpoint?: string;
  readonly home?: number;
  readonly epoch?: number;
  readonly reason: string;
  readonly jurisdiction?: string;
}
export type AnsweredQuestion = Question & DecisionAnswer;

function answerOf(router: Router, tenant: string, decision: Decision, epoch = epochOf(router, tenant)): DecisionAnswer {
  if (!decision.ok) {
    const { reason, jurisdiction } = decision;
    return { status: refusalStatus[reason], reason, ...(jurisdiction === undefined ? {} : { jurisdiction }) };
  }
  const { cell, home, reason, jurisdiction } = decision;
  return { status: 307, cell: cell.number, endpoint: cell.endpoint, home: home.number, epoch, reason, jurisdiction };
}

export function pairOf(
  pair: PairCase,
  parts: Parts,
): Partial<Refusal> & { readonly version?: string; readonly questions?: readonly AnsweredQuestion[] } {
  const found = together(pair, parts);
  if ("refused" in found) return found;
  const router = makeRouter(found.table, { pins: found.pins });
  return {
    version: effectiveVersion(found.base, found.overlay),
    questions: pair.questions.map(({ tenant, country }) => ({
      tenant,
      ...(country === undefined ? {} : { country }),
      ...answerOf(router, tenant, decide(router, { tenant, country }, found.conditions)),
    })),
  };
}

export function signatureOf({ kind, environment, bytes, signature }: SignatureCase, parts: Parts): boolean {
  return makeSignatureCheck(verifyingKeys, environment)(kind, expand(bytes, parts), signature) === undefined;
}

export function correctionOf(
  { name, tenant, country, header }: CorrectionCase,
  objects: Pick<PairCase, "base" | "overlay">,
  parts: Parts,
): { readonly followed: boolean; readonly answer: DecisionAnswer } {
  const pair = together({ name, ...objects }, parts);
  if ("refused" in pair) throw new Error(name);
  const router = makeRouter(pair.table, { pins: pair.pins });
  const found = decodeCorrection(header);
  const decision = found && decideCorrected(router, { tenant, country }, pair.conditions, found);
  const isSigned =
    found !== undefined &&
    makeSignatureCheck(verifyingKeys, "test")("move", Buffer.from(found.body), found.signature) === undefined;
  return decision !== undefined && isSigned
    ? { followed: true, answer: answerOf(router, tenant, decision, found.epoch) }
    : { followed: false, answer: answerOf(router, tenant, decide(router, { tenant, country }, pair.conditions)) };
}

interface StepAnswer {
  readonly refused?: Rule;
  readonly ignores?: Rule;
  readonly version: string;
  readonly down: readonly number[];
}

/** By the router's own source of tables, as if S3 had each object at its time. */
export async function stepsOf({ name, base, steps }: StepsCase, parts: Parts): Promise<readonly StepAnswer[]> {
  const first = decodePublishedTable(expand(base, parts));
  if (!first.ok) throw new Error(`${name}: ${JSON.stringify(first.mistakes)}`);
  let now = 0;
  let step = steps[0]!;
  let log: Readonly<Record<string, string | number>>[] = [];
  const source = new TableSource({
    base: first.table,
    fetch: (kind) =>
      kind === step.kind
        ? Promise.resolve({ found: "object", body: expand(step.bytes, parts), etag: "", signature: undefined })
        : Promise.reject(new Error("only one object is new")),
    signatureMistake: () => undefined,
    endpointSuffix: "example.com",
    pollMs: 1000,
    now: () => now,
    random: () => 0.5,
    log: (entry) => void log.push(entry),
  });
  const answers: StepAnswer[] = [];
  for (step of steps) {
    now = step.at * 1000;
    log = [];
    source.tick(now);
    await source.idle();
    const { version, conditions } = source.current(now);
    const entry = log.find(({ event }) => event === "table-refused");
    const reason = String(entry?.["reason"] ?? "");
    const rule = reason === "" ? undefined : ruleOf(`${name}: ${reason}`);
    const key = reason.startsWith("health marks are ignored") ? "ignores" : "refused";
    answers.push({ ...(rule === undefined ? {} : { [key]: rule }), version, down: [...(conditions.down ?? [])] });
  }
  return answers;
}

function ruleOf(reason: string): Rule {
  const found = Object.entries(rules).find(([, pattern]) => pattern.test(reason));
  if (found === undefined) throw new Error(reason);
  return found[0] as Rule;
}

export function arrivalOf({ row, epoch, standIn }: Omit<ArrivalCase, "expected">): {
  readonly as?: string;
  readonly status?: number;
  readonly headers?: object;
} {
  const arrival = checkArrival(row ?? undefined, { epoch, standIn });
  return arrival.serve ? { as: arrival.as } : { status: arrival.status, headers: arrival.headers };
}

export function clientOf({
  known,
  status,
  headers,
  body,
}: Omit<ClientCase, "then">): Reaction & { readonly next?: object } {
  const answer = { status, header: (name: string) => headers[name] ?? null };
  const reaction =
    known.home === undefined
      ? afterRouter(known, answer, body === undefined ? undefined : homeOf(body))
      : afterCell(known, answer);
  return { ...reaction, ...(reaction.then === "end" ? {} : { next: nextHeaders(reaction.known) }) };
}
