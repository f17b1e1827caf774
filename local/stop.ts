import { rmSync } from "node:fs";

import { cloudAnswers, stopCloud } from "./moto/moto";
import { withLock } from "../adapters/files/lock";
import { environmentDirectory } from "../adapters/files/paths";
import { isRunning, stop } from "../adapters/processes/process";
import { progress } from "../adapters/pulumi/progress";
import { errorsOf } from "../ops/up/events";
import { UserError } from "../contract/user-error";
import { withLocalStack } from "./pulumi";
import { processesOf, stopClusters } from "./kubernetes/clusters";
import { stopRouters } from "./routers";
import { readSession, type Session } from "./session";
import { protectedResources } from "./stack";
import { runSteps } from "./steps";

/** What stopping did. */
export interface Stopped {
  /** True when something was running. */
  readonly wasRunning: boolean;
  /** Resources that the engine deleted. */
  readonly destroyed: number;
  readonly message: string;
}

/**
 * Destroys the stack, so that the deletes are exercised and the cloud is empty, then ends routers, clusters
 * and cloud: the processes on record, each checked to be the one that was started. Where something is protected the engine
 * would stop half way: the cloud, which is disposable, ends with all its contents instead.
 */
export function stopEnvironment(options: StopOptions): Promise<Stopped> {
  return withLock(options.environment, () => stopLocked(options));
}

/** What to stop. */
export interface StopOptions {
  readonly environment: string;
  /** True: the cloud ends with all its contents, and nothing is destroyed before. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
}

async function stopLocked(options: StopOptions): Promise<Stopped> {
  const { environment } = options;
  const session = readSession(environment);
  const clusters = processesOf(session.kubernetes).filter(isRunning);
  const running = isRunning(session.cloud) || isRunning(session.routers) || clusters.length > 0;
  if (!running) return { wasRunning: false, destroyed: 0, message: `${environment} is not running: nothing to stop` };
  const why = whyAsAWhole(options, session);
  if (options.dryRun === true) {
    const parts = [
      ...(isRunning(session.cloud)
        ? [`${why === undefined ? "destroy the stack, " : ""}end the local cloud (process ${session.cloud.pid})`]
        : []),
      ...(isRunning(session.routers) ? [`end the routers (process ${session.routers.pid})`] : []),
      ...(clusters.length > 0 ? [`end the clusters (${clusters.length} processes)`] : []),
    ];
    return { wasRunning: true, destroyed: 0, message: `dry run, would: ${parts.join("; ")}` };
  }

  let destroyed = 0;
  await runSteps(
    [
      {
        title: "destroy",
        skip: () => why !== undefined && `${why}: the cloud ends with all its contents`,
        run: async (_context, report) => {
          if (!(await cloudAnswers(session.cloud))) return "the local cloud has ended already";
          return withLocalStack(environment, async (stack) => {
            const destroy = ["destroy", "--yes", "--skip-preview"];
            const { code, output, events } = await stack.engine.run(destroy, { onEvent: progress(report) });
            if (code !== 0) {
              const errors = errorsOf(events);
              const reasons = errors.length > 0 ? errors : [output.trim()];
              const instead = "npm stop -- --force ends the local cloud with all its contents";
              throw new UserError(["destroy failed:", ...reasons, instead].join("\n  "));
            }
            destroyed = events.filter(({ resOutputsEvent }) => resOutputsEvent?.metadata.op === "delete").length;
            return `${destroyed} resources`;
          });
        },
      },
      {
        title: "end routers, clusters and cloud",
        run: async () => {
          await stop(session.engine);
          await stopRouters(session.routers);
          await stopClusters(session.kubernetes);
          await stopCloud(session.cloud);
        },
      },
    ],
    {},
    { quiet: options.quiet },
  );
  rmSync(environmentDirectory(environment), { recursive: true, force: true });
  const how = why === undefined ? `${destroyed} resources destroyed` : "the cloud ended with all its contents";
  return { wasRunning: true, destroyed, message: `${environment} is down: ${how}` };
}

/** Why the cloud ends with all its contents, without destroy before; undefined when everything is destroyed. */
function whyAsAWhole({ environment, force }: StopOptions, { settled }: Session): string | undefined {
  if (force === true) return "--force";
  // The state does not match the cloud.
  if (!settled) return "the last run was interrupted";
  const count = protectedResources(environment);
  return count > 0 ? `${count} resources are protected` : undefined;
}
