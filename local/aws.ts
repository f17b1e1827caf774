import { spawn } from "node:child_process";

import { UserError } from "../contract/user-error";
import { cloudAnswers } from "./moto/moto";
import { readSession } from "./session";

/** Variables that would take the AWS CLI elsewhere, or to credentials that are not there. */
const misleading = /^AWS_(?:PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|SECURITY_TOKEN|ENDPOINT_URL.*|CA_BUNDLE)$/;

/**
 * Runs the AWS CLI against the local cloud of a running environment, in the foreground.
 *
 * @returns its exit code.
 * @throws UserError when the environment is not running or there is no AWS CLI.
 */
export async function runAws(environment: string, command: readonly string[]): Promise<number> {
  const { cloud } = readSession(environment);
  if (cloud === undefined || !(await cloudAnswers(cloud))) {
    throw new UserError(`environment ${environment} is not running: start it with npm start`);
  }
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !misleading.test(name)));
  // The option, because an older AWS CLI does not read AWS_ENDPOINT_URL and would call AWS.
  const child = spawn("aws", ["--endpoint-url", cloud.endpoint, ...command], {
    env: { ...env, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    // The terminal sends Ctrl-C to the AWS CLI itself.
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    child.once("error", (error: NodeJS.ErrnoException) => {
      const missing =
        "there is no AWS CLI on PATH: install it " +
        "(https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)";
      reject(error.code === "ENOENT" ? new UserError(missing) : error);
    });
    child.once("close", (code) => {
      process.off("SIGINT", ignore);
      resolve(code ?? 130);
    });
  });
}
