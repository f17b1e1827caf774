import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

import { signedMessage, type SignedKind } from "../routing";

/** What comes before the 32 bytes of an Ed25519 key in its DER forms (RFC 8410). */
const privatePrefix = Buffer.from("302e020100300506032b657004220420", "hex");
const publicPrefixLength = 12;

/** A key that signs what routers poll. */
export interface SigningKey {
  /** First 16 hex digits of the public key's SHA-256. */
  readonly id: string;
  /** 32 bytes in base64: what routers pin. */
  readonly publicKey: string;
  /** `id:signature`, as S3 keeps it with the object and `lambda/router/signature.ts` reads it. */
  readonly sign: (kind: SignedKind, environment: string, text: string) => string;
}

/**
 * The Ed25519 key that follows from a secret. The same secret gives the same key, and Ed25519 the same signature for the
 * same text (RFC 8032), so a plan without changes stays without changes.
 *
 * @param secret at least 128 bits of chance, in whatever characters.
 */
export function signingKey(secret: string): SigningKey {
  const seed = createHash("sha256").update("cells table key\n").update(secret).digest();
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: "der", type: "pkcs8" });
  const publicBytes = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(publicPrefixLength);
  const id = createHash("sha256").update(publicBytes).digest("hex").slice(0, 16);
  return {
    id,
    publicKey: publicBytes.toString("base64"),
    sign: (kind, environment, text) => {
      const message = signedMessage(kind, environment, Buffer.from(text, "utf8"));
      return `${id}:${sign(null, message, key).toString("base64")}`;
    },
  };
}
