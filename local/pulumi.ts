import { ensureEngine } from "./engine/engine";
import { withLock } from "../adapters/files/lock";
import { cloudAnswers } from "./moto/moto";
import { endedBySignal } from "../adapters/pulumi/engine";
import { providersOf } from "./providers/serve";
import { readSession, updateSession } from "./session";
import { LocalStack } from "./stack";
import { UserError } from "../contract/user-error";

/** Commands that change neither the cloud nor the state. */
const reading =
  /^(?:about|config|convert|gen-completion|help|history|logs|org|plugin|policy|pre|preview|schema|version|whoami|stack(?: (?:export|graph|history|ls|output)| *$))(?: |$)/;

/** False for a command that only reads. A command that is not known counts as one that changes things. */
export function canChange(command: readonly string[]): boolean {
  const words = command.filter((word) => !word.startsWith("-"));
  return !command.includes("--help") && !reading.test(words.join(" "));
}

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
  const changes = canChange(command);
  const run = (): Promise<number> =>
    withLocalStack(environment, async (stack) => {
      // When such a run is killed, cloud and state may differ; and what was judged is not what there is now.
      if (changes) updateSession(environment, { settled: false, verified: false });
      const code = await stack.engine.foreground(command);
      if (changes && code !== endedBySignal) updateSession(environment, { settled: true });
      return code;
    });
  return changes ? withLock(environment, run) : run();
}
