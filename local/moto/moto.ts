import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { isRunning, startDetached, stop, type Owned } from "../../adapters/processes/process";
import { UserError } from "../../contract/user-error";

/** The running local cloud. */
export interface LocalCloud extends Owned {
  readonly port: number;
  /** `http://127.0.0.1:<port>`: what `AWS_ENDPOINT_URL` must be. */
  readonly endpoint: string;
}

/** Default port of the local cloud; `CELLS_CLOUD_PORT` or `--cloud-port` changes it. */
export const defaultCloudPort = 4577;

/**
 * Starts moto with our extensions on loopback and waits until it answers (about two seconds). It runs until
 * {@link stopCloud}.
 *
 * @throws UserError when the port is taken.
 */
export async function startCloud(options: {
  readonly python: string;
  readonly port: number;
  readonly directory: string;
  /** Variables for our extensions of moto. */
  readonly variables?: Readonly<Record<string, string>>;
}): Promise<LocalCloud> {
  await requireFree(options.port, "CELLS_CLOUD_PORT=<port> npm start");
  mkdirSync(options.directory, { recursive: true });
  const log = join(options.directory, "cloud.log");
  const { child, owned } = startDetached(
    options.python,
    [join(__dirname, "server.py"), "--port", String(options.port), "--warm"],
    { log, env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...options.variables } },
  );
  let exited = false;
  child.once("exit", () => {
    exited = true;
  });
  const endpoint = `http://127.0.0.1:${options.port}`;
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (exited) break;
    if (await answers(endpoint)) return { ...owned, port: options.port, endpoint };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop(owned);
  throw new UserError(`the local cloud did not start: ${lastLine(log)} (whole log: ${log})`);
}

/** True while the local cloud that we started is running and answers. */
export async function cloudAnswers(cloud: LocalCloud | undefined): Promise<boolean> {
  return isRunning(cloud) && (await answers(cloud.endpoint));
}

/** Ends the local cloud with everything in it. */
export function stopCloud(cloud: LocalCloud | undefined): Promise<void> {
  return stop(cloud);
}

/**
 * Throws when a loopback port is in use.
 *
 * @param instead the command that takes another port.
 */
export async function requireFree(port: number, instead: string): Promise<void> {
  // A process that we have just ended may hold its port a moment longer: its main thread ends before the last one.
  let free = false;
  for (let waited = 0; waited <= 2000 && !free; waited += 100) {
    if (waited > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    free = await isFree(port);
  }
  if (!free) {
    throw new UserError(`port ${port} is in use by another program: end it, or choose another port with ${instead}`);
  }
}

/** True when a loopback port is free now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(`${endpoint}/moto-api/config`, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function lastLine(file: string): string {
  return readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "its log is empty";
}
