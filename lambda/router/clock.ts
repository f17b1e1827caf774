/** A wall clock that goes back by more milliseconds was set. */
const jumpMs = 1000;

/**
 * Milliseconds that never go back, and that advance while Lambda freezes the instance. The monotonic clock stops then, and
 * an instance that runs a few milliseconds a request would mistake a table of hours ago for one of seconds ago; the wall
 * clock advances, but may be set. So this clock is the monotonic one plus what the wall clock has gained.
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
    // Set back: only later gains count.
    else if (gained < ahead - jumpMs) origin += gained - ahead;
    return now + ahead;
  };
}
