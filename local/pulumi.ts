import { join } from "node:path";

import { ensureEngine } from "./engine/engine";
import { withLock } from "../adapters/files/lock";
import { cloudAnswers } from "./moto/moto";
import { environmentDirectory } from "../adapters/files/paths";
import { serveProviders } from "./providers/serve";
import { readSession, writeSession } from "./session";
import { LocalStack } from "./stack";
import { UserError } from "../contract/user-error";

/** Verbs that can change the cloud: their run leaves cloud and state apart when it dies half way. */
const changing = new Set(["up", "update", "destroy", "refresh", "import"]);

/**
 * Runs `body` with the local stack of a running environment and its providers attached.
 *
 * @throws UserError when the environment is not running.
 */
export async function withLocalStack<T>(environment: string, body: (stack: LocalStack) => Promise<T>): Promise<T> {
  const { cloud, catalogFile } = readSession(environment);
  if (cloud === undefined || !(await cloudAnswers(cloud))) {
    throw new UserError(`environment ${environment} is not running: start it with npm start`);
  }
  const [engine, providers] = await Promise.all([
    ensureEngine(() => undefined),
    serveProviders({ endpoint: cloud.endpoint, manifests: join(environmentDirectory(environment), "manifests") }),
  ]);
  try {
    return await body(new LocalStack(environment, engine, cloud.endpoint, providers, catalogFile));
  } finally {
    await Promise.all(providers.map((provider) => provider.close()));
  }
}

/** Runs one pulumi command in the foreground; answers its exit code. */
export function runPulumi(environment: string, command: readonly string[]): Promise<number> {
  const risky = changing.has(command[0] ?? "");
  const inTurn = risky ? withLock : (_environment: string, body: () => Promise<number>) => body();
  return inTurn(environment, () => runNow(environment, command, risky));
}

function runNow(environment: string, command: readonly string[], risky: boolean): Promise<number> {
  return withLocalStack(environment, async (stack) => {
    if (risky) writeSession(environment, { ...readSession(environment), settled: false });
    // The terminal sends Ctrl-C to the engine itself; we only wait for its end.
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    const { code } = await stack.command(command, { inherit: true });
    process.off("SIGINT", ignore);
    if (risky && code !== 130) writeSession(environment, { ...readSession(environment), settled: true });
    return code;
  });
}
