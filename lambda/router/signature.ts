import { createPublicKey, verify, type KeyObject } from "node:crypto";

import { RouterVariable } from "../../contract/router";
import { signedMessage, type SignedKind } from "../../routing";

/** Public keys by id, for each kind: 32 bytes each, in base64. Two of a kind while one replaces the other. */
type VerifyingKeys = Readonly<Partial<Record<SignedKind, Readonly<Record<string, string>>>>>;

/** Bytes before the 32 of an Ed25519 key in its DER form (RFC 8410). */
const derPrefix = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Reads the keys that the deployment pinned.
 *
 * @throws Error when the text is anything else; its message contains no secret.
 */
export function readVerifyingKeys(text: string | undefined): VerifyingKeys {
  const invalid = new Error(
    `${RouterVariable.verifyingKeys} must be JSON: {"base": {id: key}, "overlay": {id: key}, "move": {id: key}}, keys of 32 bytes in base64`,
  );
  let value: Partial<Record<SignedKind, unknown>>;
  try {
    value = JSON.parse(text ?? "") as typeof value;
  } catch {
    throw invalid;
  }
  const keys = (kind: SignedKind): Readonly<Record<string, string>> => {
    const found = Object.entries((value as typeof value | null)?.[kind] ?? {}) as [string, unknown][];
    if (found.some(([, key]) => typeof key !== "string" || Buffer.from(key, "base64").length !== 32)) throw invalid;
    return Object.fromEntries(found) as Record<string, string>;
  };
  return { base: keys("base"), overlay: keys("overlay"), move: keys("move") };
}

/** Why the signature of an object is not valid; undefined when it is. */
export type SignatureMistake = (
  kind: SignedKind,
  body: Uint8Array,
  signature: string | undefined,
) => string | undefined;

/** Makes the check of signatures: `keyId:signature`, the signature in base64, over `signedMessage`. */
export function makeSignatureCheck(keys: VerifyingKeys, environment: string): SignatureMistake {
  const known = new Map<string, KeyObject>();
  for (const kind of ["base", "overlay", "move"] as const) {
    for (const [id, key] of Object.entries(keys[kind] ?? {})) {
      const der = Buffer.concat([derPrefix, Buffer.from(key, "base64")]);
      known.set(`${kind}:${id}`, createPublicKey({ key: der, format: "der", type: "spki" }));
    }
  }
  return (kind, body, signature) => {
    const [, id, text] = /^([\w-]{1,64}):([A-Za-z0-9+/]{86}==)$/.exec(signature ?? "") ?? [];
    if (id === undefined || text === undefined) return "it is not signed";
    const key = known.get(`${kind}:${id}`);
    if (key === undefined) return "it is signed by a key that is not pinned";
    const holds = verify(null, signedMessage(kind, environment, body), key, Buffer.from(text, "base64"));
    return holds ? undefined : "its signature does not hold";
  };
}
