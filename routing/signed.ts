/** What is signed: the base table, or the overlay. Each has keys of its own, so one writer cannot pass for the other. */
export type SignedKind = "base" | "overlay";

/**
 * The bytes that a signature is over: kind and environment before the object's own, so that no signed object can stand
 * where another kind's, or another environment's, belongs. Ed25519 (RFC 8032) in `docs/routing-table.md`.
 */
export function signedMessage(kind: SignedKind, environment: string, body: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`cells-routing-1\n${kind}\n${environment}\n`);
  const message = new Uint8Array(head.length + body.length);
  message.set(head);
  message.set(body, head.length);
  return message;
}
