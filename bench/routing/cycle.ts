import { tableKey } from "../../catalog/table-signing";
import { makeDistrust } from "../../lambda/router/signature";
import { TableSource } from "../../lambda/router/source";
import { encodeOverlay, overlaySchema, type Overlay } from "../../routing";
import { median } from "./measure";
import { fleet } from "./ours";

const pins = 2000;

/**
 * CPU milliseconds of a router's poll, by the share of the overlay's entries that has changed since the one before: the
 * ratios to none should be 1 (constant work).
 */
export async function cycles(rounds: number): Promise<object> {
  const key = tableKey("bench");
  const base = fleet(100);
  const epochs = Array.from({ length: pins }, () => 1);
  const now = { ms: 0, revision: 0 };
  const cycle = async (share: number): Promise<number> => {
    for (let i = 0; i < pins * share; i++) epochs[i]!++;
    const overlay: Overlay = {
      schema: overlaySchema,
      environment: base.environment,
      revision: ++now.revision,
      base: 1,
      cells: {},
      // Epochs of as many digits, so that bytes are equal too.
      pins: Object.fromEntries(epochs.map((epoch, i) => [`tenant-${i}`, { cell: i % 100, epoch: 1e6 + epoch }])),
    };
    const text = encodeOverlay(overlay);
    published = { body: Buffer.from(text), signature: key.sign("overlay", base.environment, text) };
    now.ms += 20_000;
    const before = process.cpuUsage();
    source.tick();
    await source.idle();
    const { user, system } = process.cpuUsage(before);
    if (!source.current().version.endsWith(`+${now.revision}`)) throw new Error("the overlay was not taken");
    return (user + system) / 1000;
  };
  let published: { body: Uint8Array; signature: string } = { body: new Uint8Array(), signature: "" };
  const source = new TableSource({
    base,
    fetch: (kind) => Promise.resolve(kind === "base" ? { found: "same" } : { found: "object", etag: "", ...published }),
    distrust: makeDistrust({ base: {}, overlay: { [key.id]: key.publicKey } }, base.environment),
    pollMs: 10_000,
    now: () => now.ms,
    random: () => 0.5,
    log: () => undefined,
  });
  const shares = [0, 0.01, 1];
  for (let i = 0; i < 20; i++) await cycle(1);
  const times = shares.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, share] of shares.entries()) times[at]!.push(await cycle(share));
  }
  const [none, hundredth, all] = times.map(median) as [number, number, number];
  return { pins, cpuMsUnchanged: none, ratioOneHundredth: hundredth / none, ratioAll: all / none };
}
