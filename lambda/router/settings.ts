import { RouterHeader, RouterVariable } from "../../contract/router";
import { formatMistakes, type Mistake } from "../../routing";
import { checkIdentity, isOrigin, type IdentitySettings } from "../../routing/identity";
import { leastSecret, mostSecrets } from "./edge-secret";

/** The function's environment as `components/cell-router` writes it, read once at the cold start. */
interface RouterSettings {
  readonly identity: IdentitySettings;
  /** Secrets accepted from the edge. */
  readonly edgeSecrets: readonly string[];
  /** Secret under which tenants are hashed in logs. */
  readonly logKey: string;
  /** Answers for one log line, up to a limit of lines; 0 for none. */
  readonly logEvery: number;
  /** Origins whose pages may call the router. */
  readonly corsOrigins: readonly string[];
  readonly environment: string;
  readonly region: string;
}

/** Letters and digits: every header carries them unchanged. */
const secretText = `${leastSecret} or more letters and digits`;
const secretPattern = new RegExp(`^[A-Za-z0-9_-]{${leastSecret},256}$`);

/**
 * Reads the settings.
 *
 * @throws Error listing every mistake; it names variables and never a value, since some are secret.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): RouterSettings {
  const mistakes: Mistake[] = [];
  const fail = (path: string, message: string): undefined => {
    mistakes.push({ path, message });
    return undefined;
  };
  const identity = readIdentitySettings(env[RouterVariable.identity], fail);
  const edgeSecrets = (env[RouterVariable.edgeSecrets] ?? "").split(",").filter((secret) => secret !== "");
  if (edgeSecrets.length > mostSecrets || edgeSecrets.some((secret) => !secretPattern.test(secret))) {
    fail(RouterVariable.edgeSecrets, `must be one or two ${secretText}, with a comma between`);
  }
  if (typeof identity?.edge === "object" && edgeSecrets.length === 0) {
    fail(RouterVariable.edgeSecrets, `is missing, though ${RouterVariable.identity} names its header`);
  }
  const logKey = env[RouterVariable.logKey] ?? "";
  if (!secretPattern.test(logKey)) {
    fail(RouterVariable.logKey, `must be ${secretText}`);
  }
  const logEvery = Number(env[RouterVariable.logEvery] ?? "1000");
  if (!Number.isInteger(logEvery) || logEvery < 0) fail(RouterVariable.logEvery, "must be a whole number");
  const corsOrigins = (env[RouterVariable.corsOrigins] ?? "").split(",").filter((origin) => origin !== "");
  if (!corsOrigins.every(isOrigin)) {
    fail(RouterVariable.corsOrigins, "must be origins, e.g. https://app.example.com, with a comma between");
  }
  const environment = env[RouterVariable.environment] ?? "";
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(environment)) fail(RouterVariable.environment, "must be the environment's name");
  if (mistakes.length > 0 || identity === undefined) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    throw new Error(`the router's settings have ${count}:\n${formatMistakes(mistakes)}`);
  }
  return { identity, edgeSecrets, logKey, logEvery, corsOrigins, environment, region: env["AWS_REGION"] ?? "" };
}

function readIdentitySettings(
  text: string | undefined,
  fail: (path: string, message: string) => undefined,
): IdentitySettings | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return fail(
      RouterVariable.identity,
      `must be JSON, e.g. {"tenant": {"header": "${RouterHeader.tenant}"}, "edge": "network"}`,
    );
  }
  const checked = checkIdentity(value);
  if (checked.ok) return checked.settings;
  for (const { path, message } of checked.mistakes) {
    fail(path === "" ? RouterVariable.identity : `${RouterVariable.identity}.${path}`, message);
  }
  return undefined;
}
