import { createPublicKey } from "node:crypto";

import type { Mistake } from "../../routing";
import { checkIdentity, defaultIdentity, type IdentitySettings } from "../../routing/identity";

/**
 * Most bytes that the settings may have as JSON. Lambda gives 4,096 to all variables together.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const mostBytes = 3000;

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
  const bytes = Buffer.byteLength(JSON.stringify(settings));
  if (bytes > mostBytes) {
    const message = `is ${bytes} bytes long with its keys, and a function's variables have room for ${mostBytes}: keep EC or Ed25519 keys, or fewer`;
    mistakes.push({ path: "issuers", message });
  }
  return { settings, mistakes };
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
