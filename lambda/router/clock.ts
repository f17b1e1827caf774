/** Milliseconds that the wall clock may go back before that counts as somebody setting it. */
const jumpMs = 1000;

/**
 * Milliseconds that never go back, and that go on while Lambda has frozen the instance. The monotonic clock stops there,
 * and an instance that runs a few milliseconds a request would take a table of hours ago for one of seconds ago; the wall
 * clock goes on, but may be set. So time is the monotonic clock, and ahead of it by what the wall clock has gained.
 *
 * @param monotonic milliseconds that never go back.
 * @param wall milliseconds since 1970.
 */
export function makeClock(monotonic: () => number, wall: () => number): () => number {
  let ahead = 0;
  let origin = wall() - monotonic();
  return () => {
    const now = monotonic();
    const gained = wall() - now - origin;
    if (gained > ahead) ahead = gained;
    // Set back: what it gains from there on counts.
    else if (gained < ahead - jumpMs) origin += gained - ahead;
    return now + ahead;
  };
}
