import { ensureEngine } from "./engine/engine";
import { withLock } from "../adapters/files/lock";
import { cloudAnswers } from "./moto/moto";
import { endedBySignal } from "../adapters/pulumi/engine";
import { providersOf } from "./providers/serve";
import { readSession, updateSession } from "./session";
import { LocalStack } from "./stack";
import { UserError } from "../contract/user-error";

/** Verbs that can change the cloud: when such a run is killed, cloud and state may differ. */
const changing = new Set(["up", "update", "destroy", "refresh", "import"]);

/**
 * Runs `body` with the local stack of a running environment and its providers attached.
 *
 * @throws UserError when the environment is not running.
 */
export async function withLocalStack<T>(environment: string, body: (stack: LocalStack) => Promise<T>): Promise<T> {
  const { cloud, catalogFile, kubernetes } = readSession(environment);
  if (cloud === undefined || !(await cloudAnswers(cloud))) {
    throw new UserError(`environment ${environment} is not running: start it with npm start`);
  }
  const [engine, providers] = await Promise.all([
    ensureEngine(() => undefined),
    providersOf({ environment, endpoint: cloud.endpoint, onKubernetes: kubernetes !== undefined }),
  ]);
  const stack = new LocalStack(environment, engine, cloud.endpoint, providers, catalogFile);
  try {
    await stack.prepare();
    stack.engine.open();
    return await body(stack);
  } finally {
    stack.engine.close();
    await providers.close();
  }
}

/** Runs one pulumi command in the foreground. @returns its exit code. */
export function runPulumi(environment: string, command: readonly string[]): Promise<number> {
  const canChange = changing.has(command[0] ?? "");
  const run = (): Promise<number> =>
    withLocalStack(environment, async (stack) => {
      if (canChange) updateSession(environment, { settled: false });
      const code = await stack.engine.foreground(command);
      if (canChange && code !== endedBySignal) updateSession(environment, { settled: true });
      return code;
    });
  return canChange ? withLock(environment, run) : run();
}
