import { UserError } from "../contract/user-error";
import { prepareUpdate, type UpdateOptions, type UpdateResult } from "../adapters/pulumi/update";
import { withLock } from "../adapters/files/lock";
import { renewCloud } from "./renew";
import { localGateEngine } from "./gate-engine";
import { cloudAnswers } from "./moto/moto";
import { withLocalStack } from "./pulumi";
import { ensurePython } from "./python";
import { catalogFileOf, readSession, updateSession } from "./session";

/** The same update as of a real stack, on a running local environment. @throws as `updateStack`. */
export async function updateLocal(options: UpdateOptions): Promise<UpdateResult> {
  const { stack: environment, dryRun, report, signal } = options;
  const { run, pack, targets } = prepareUpdate(options, catalogFileOf(environment));
  return withLock(environment, async () => {
    await recreateUnsettled(options);
    return withLocalStack(environment, async (stack) => {
      const result = await run(localGateEngine(stack, { pack, targets, report, signal }));
      if (dryRun !== true) updateSession(environment, { verified: true });
      return result;
    });
  });
}

/**
 * After a killed update the local cloud may hold resources that the state lacks. Both are disposable, and only together:
 * both are created again, as by `npm start`.
 */
async function recreateUnsettled({ stack: environment, report, signal }: UpdateOptions): Promise<void> {
  const { settled, cloud, catalogFile, kubernetes } = readSession(environment);
  if (settled || !(await cloudAnswers(cloud)) || signal?.aborted === true) return;
  if (kubernetes !== undefined) {
    throw new UserError(`the last update of ${environment} was killed: npm start -- --kubernetes creates it again`);
  }
  report("the last update was killed: creating a new local cloud and a new state …");
  await renewCloud({ environment, python: await ensurePython(report), port: cloud?.port, onKubernetes: false });
  updateSession(environment, { catalogFile });
}
