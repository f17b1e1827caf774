import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { requireFree } from "./moto/moto";
import { environmentDirectory } from "../adapters/files/paths";
import { isRunning, startDetached, stop } from "../adapters/processes/process";
import { readSession, writeSession, type LocalRouters } from "./session";
import { UserError } from "../contract/user-error";

/** Default port of the first router, which `CELLS_ROUTER_PORT` or `--router-port` changes; the others follow it. */
export const defaultRouterPort = 4580;

/** A router in the stack's `routers` output. */
interface DeployedRouter {
  readonly region: string;
  readonly functionName: string;
  readonly codeSha256: string;
}

/**
 * Serves every deployed router on loopback, one port a region, in one process that runs until {@link stopRouters}.
 * A running process is kept when it runs the deployed code.
 *
 * @returns addresses by region.
 * @throws UserError when a port is taken or a router does not come up.
 */
export async function startRouters(options: {
  readonly environment: string;
  readonly endpoint: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly firstPort: number;
}): Promise<Readonly<Record<string, string>>> {
  const { environment, endpoint, firstPort } = options;
  const routers = (options.outputs["routers"] as readonly DeployedRouter[] | undefined) ?? [];
  const sorted = [...routers].sort((a, b) => (a.region < b.region ? -1 : 1));
  const codeSha256 = Object.fromEntries(sorted.map((router) => [router.region, router.codeSha256]));
  const addresses = Object.fromEntries(sorted.map(({ region }, at) => [region, `http://127.0.0.1:${firstPort + at}`]));

  const session = readSession(environment);
  const running = session.routers;
  if (isRunning(running) && same(running.codeSha256, codeSha256) && same(running.addresses, addresses)) {
    return running.addresses;
  }
  await stop(running);
  if (sorted.length === 0) return {};
  for (const [at] of sorted.entries()) await requireFree(firstPort + at, "CELLS_ROUTER_PORT=<port> npm start");

  const directory = environmentDirectory(environment);
  mkdirSync(directory, { recursive: true });
  const log = join(directory, "routers.log");
  const { child, owned } = startDetached(
    process.execPath,
    [
      ...["--import", require.resolve("tsx"), join(__dirname, "router", "main.ts")],
      JSON.stringify({
        endpoint,
        routers: sorted.map(({ region, functionName }, at) => ({ region, functionName, port: firstPort + at })),
      }),
    ],
    { log },
  );
  let exited = false;
  child.once("exit", () => {
    exited = true;
  });
  const record: LocalRouters = { ...owned, addresses, codeSha256 };
  writeSession(environment, { ...readSession(environment), routers: record });
  for (let waited = 0; waited < 30_000 && !exited; waited += 100) {
    if ((await Promise.all(Object.values(addresses).map(answers))).every(Boolean)) return addresses;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop(owned);
  throw new UserError(`the routers did not come up; their log: ${log}`);
}

/** Ends the routers that {@link startRouters} started. */
export function stopRouters(routers: LocalRouters | undefined): Promise<void> {
  return stop(routers);
}

async function answers(address: string): Promise<boolean> {
  try {
    await (await fetch(`${address}/classify`, { signal: AbortSignal.timeout(1000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => a[key] === b[key]);
}
