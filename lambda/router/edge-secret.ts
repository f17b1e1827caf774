/** Least characters of a secret: letters and digits of this many are more than 128 bits. */
export const leastSecret = 24;
/** Secrets that are accepted at once: the one in use, and the one that it replaces or that replaces it. */
export const mostSecrets = 2;

/**
 * Makes the check that a request comes from the edge. For every text of a secret's length it does the same work, and it
 * always compares with all secrets; how long a secret is, is no secret. By hand because the text must become a buffer
 * before `timingSafeEqual` can compare it, which costs six times the comparison.
 *
 * @param secrets one, or two while they are changed; of ASCII letters and digits.
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
