/** The objects that a router polls. */
export type TableKind = "base" | "overlay";
/** What is signed. Each kind has its own keys, so that one writer cannot sign for another. */
export type SignedKind = TableKind | "move";

/**
 * The bytes that are signed: kind and environment before the object's own, so that a signed object cannot replace one of
 * another kind or environment. Ed25519 (RFC 8032), see `docs/routing-table.md`.
 */
export function signedMessage(kind: SignedKind, environment: string, body: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`cells-routing-1\n${kind}\n${environment}\n`);
  const message = new Uint8Array(head.length + body.length);
  message.set(head);
  message.set(body, head.length);
  return message;
}
