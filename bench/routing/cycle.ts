import { signingKey } from "../../catalog/table-signing";
import { encodeOverlay, overlaySchema, type Overlay, Pins } from "../../routing";
import { built } from "./built";
import { median } from "./measure";
import { fleet } from "./ours";

/** Pins of a busy control plane between two deployments. */
const usualPins = 2000;

export interface Cycles {
  readonly pins: number;
  readonly overlayBytes: number;
  readonly cpuMsNothingPublished: number;
  readonly ratioNoneChanged: number;
  readonly ratioOneHundredth: number;
  readonly ratioAll: number;
}

/**
 * CPU milliseconds of a router's poll, by what has happened to the overlay since the one before: nothing, or a new
 * revision in which none, a hundredth or all of the entries have changed. The ratios to nothing should be 1 (constant
 * work).
 */
export async function cycles(rounds: number, pins = usualPins): Promise<Cycles> {
  const { makeSignatureCheck, TableSource } = built<typeof import("./polled")>("bench/routing/polled.ts");
  const key = signingKey("bench");
  const base = fleet(100);
  const epochs = Array.from({ length: pins }, () => 1);
  const now = { ms: 0, revision: 0 };
  let published: { body: Uint8Array; signature: string } = { body: new Uint8Array(), signature: "" };
  const publish = (share: number): void => {
    for (let i = 0; i < pins * share; i++) epochs[i]!++;
    const overlay: Overlay = {
      schema: overlaySchema,
      environment: base.environment,
      // Numbers of as many digits and bytes, so that all are equal long.
      revision: 1e6 + ++now.revision,
      base: 1,
      cells: {},
      pins: Pins.pack(
        "bench-key-of-22-letters",
        epochs.map((epoch, i) => [`tenant-${i}`, { cell: i % 100, epoch }]),
      ),
    };
    const text = encodeOverlay(overlay);
    published = { body: Buffer.from(text), signature: key.sign("overlay", base.environment, text) };
  };
  const source = new TableSource({
    base,
    fetch: (kind) => Promise.resolve(kind === "base" ? { found: "same" } : { found: "object", etag: "", ...published }),
    signatureMistake: makeSignatureCheck({ base: {}, overlay: { [key.id]: key.publicKey } }, base.environment),
    pollMs: 10_000,
    now: () => now.ms,
    random: () => 0.5,
    log: () => undefined,
  });
  const poll = async (): Promise<number> => {
    now.ms += 20_000;
    const before = process.cpuUsage();
    source.tick();
    await source.idle();
    const { user, system } = process.cpuUsage(before);
    if (!source.current().version.endsWith(`+${1e6 + now.revision}`)) throw new Error("the overlay was not taken");
    return (user + system) / 1000;
  };
  const cases: readonly (number | undefined)[] = [undefined, 0, 0.01, 1];
  const times = cases.map((): number[] => []);
  const warmUps = Math.min(20, rounds);
  for (let round = -warmUps; round < rounds; round++) {
    for (let turn = 0; turn < cases.length; turn++) {
      // The order changes, so that no case always follows the garbage of the same one.
      const at = (turn + Math.max(0, round) * 3) % cases.length;
      if (cases[at] !== undefined || now.revision === 0) publish(cases[at] ?? 0);
      const took = await poll();
      if (round >= 0) times[at]!.push(took);
    }
  }
  const ratio = (at: number): number => median(times[at]!.map((time, round) => time / times[0]![round]!));
  return {
    pins,
    overlayBytes: published.body.length,
    cpuMsNothingPublished: median(times[0]!),
    ratioNoneChanged: ratio(1),
    ratioOneHundredth: ratio(2),
    ratioAll: ratio(3),
  };
}
