/** Fewest characters of a secret: as letters and digits they are more than 128 bits. */
export const leastSecret = 24;
/** Secrets accepted at once: the current one, and the one before or after it. */
export const mostSecrets = 2;

/**
 * Makes the check that a request comes from the edge. It does the same work for every text of a secret's length, and
 * always compares with all secrets; the length is public. `timingSafeEqual` needs buffers and takes 1.6 to 2.8 times as
 * long (docs/decisions/0010-identity-and-guard.md).
 *
 * @param secrets one, or two during a change; ASCII letters and digits.
 */
export function edgeCheck(secrets: readonly string[]): (shown: string | undefined) => boolean {
  const expected = secrets.map((secret) => Uint16Array.from(secret, (character) => character.charCodeAt(0)));
  return (shown) => {
    if (shown === undefined) return false;
    let equal = 0;
    for (const secret of expected) equal |= isEqual(shown, secret);
    return equal === 1;
  };
}

/** 1 or 0. */
function isEqual(shown: string, secret: Uint16Array): number {
  const { length } = secret;
  if (shown.length !== length) return 0;
  let difference = 0;
  for (let i = 0; i < length; i++) difference |= shown.charCodeAt(i) ^ secret[i]!;
  // 1 for no difference, without a branch on it.
  return (difference - 1) >>> 31;
}
