import { createPublicKey } from "node:crypto";

import { mostVariableBytes, variableBytes } from "../../catalog/constraints";
import { signingKey } from "../../catalog/table-signing";
import type { Mistake } from "../../routing";
import { checkIdentity, defaultIdentity, type IdentitySettings } from "../../routing/identity";
import { routerVariables } from "../cell-router/variables";
import { secretLength } from "../router-secrets";

const key = signingKey("");
const pinned = { [key.id]: key.publicKey };
/** The longest of every other variable of a router's function: Lambda's limit is for all together. */
const longest = {
  // In names of load balancers, which have 32 characters.
  environment: "e".repeat(32),
  domain: "d".repeat(240),
  bucket: "b".repeat(63),
  verifyingKeys: JSON.stringify({ base: pinned, overlay: pinned, move: pinned }),
  edgeSecrets: `${"s".repeat(secretLength)},${"s".repeat(secretLength)}`,
  logKey: "s".repeat(secretLength),
};

/** Reads `cells:identity`: settings, or every mistake. {@link defaultIdentity} when it is absent or empty. */
export function readRequestIdentity(value: unknown): {
  readonly settings: IdentitySettings;
  readonly mistakes: readonly Mistake[];
} {
  if (value === undefined || isEmpty(value)) return { settings: defaultIdentity, mistakes: [] };
  const checked = checkIdentity(value);
  if (!checked.ok) return { settings: defaultIdentity, mistakes: checked.mistakes };
  const { settings } = checked;
  const mistakes = settings.issuers.flatMap(({ keys }, at) =>
    keys.flatMap(({ kid: _kid, alg: _alg, ...jwk }, index) =>
      isKey(jwk)
        ? []
        : [{ path: `issuers[${at}].keys[${index}]`, message: "is no key: its numbers do not fit its type" }],
    ),
  );
  return { settings, mistakes };
}

/** Why the settings do not fit into a function's variables; undefined when they do. */
export function sizeMistake(identity: IdentitySettings, corsOrigins: readonly string[]): Mistake | undefined {
  const over = variableBytes(routerVariables({ ...longest, identity, corsOrigins })) - mostVariableBytes;
  if (over <= 0) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(identity));
  const message = `is ${bytes} bytes long with its keys; a function's variables may have ${mostVariableBytes} together, escaped, and these have ${over} more: keep EC or Ed25519 keys, or fewer`;
  return { path: "issuers", message };
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isKey(jwk: Readonly<Record<string, string>>): boolean {
  try {
    createPublicKey({ key: { ...jwk }, format: "jwk" });
    return true;
  } catch {
    return false;
  }
}
