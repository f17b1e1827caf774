import { createPublicKey } from "node:crypto";

import { UserError } from "../../contract/user-error";
import { formatMistakes, type Mistake } from "../../routing";
import { checkIdentity, defaultIdentity, type IdentitySettings } from "../../routing/identity";

/** Configuration that cannot be used. `message` lists every mistake, one a line, for a person to read. */
export class SettingsError extends UserError {
  override readonly name = "SettingsError";

  /** @param key of the stack's configuration. */
  constructor(key: string, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    super(`${key} has ${count}:\n${formatMistakes(mistakes)}`);
  }
}

const key = "cells:identity";

/**
 * Bytes of the settings as JSON. Lambda gives 4,096 to all variables together.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const mostBytes = 3000;

/**
 * Reads `cells:identity`; {@link defaultIdentity} when it is absent or empty.
 *
 * @throws SettingsError listing every mistake.
 */
export function parseIdentity(value: unknown): IdentitySettings {
  if (value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)) {
    return defaultIdentity;
  }
  const checked = checkIdentity(value);
  if (!checked.ok)
    throw new SettingsError(
      key,
      checked.mistakes.map(({ path, message }) => ({ path: path === "" ? "it" : path, message })),
    );
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
  if (mistakes.length > 0) throw new SettingsError(key, mistakes);
  return settings;
}

function isKey(jwk: Readonly<Record<string, string>>): boolean {
  try {
    createPublicKey({ key: { ...jwk }, format: "jwk" });
    return true;
  } catch {
    return false;
  }
}
