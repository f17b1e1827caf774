import { longestInScratch, scratchBytes, scratchLanes, writeScratch } from "./scratch";
import { finish, last, mixBlocks, mixLast, mixLong, readState, state, stateWords } from "./x64";

/** h1, h2 and the last lanes of the prefix that all suffixes follow. */
const prefix = new BigUint64Array(4);
let prefixLength = 0;

/** Hashes the key and a colon, to which {@link Suffixes} appends its texts. */
export function hashPrefix(key: string): void {
  if (key.length > longestInScratch) prefixLength = mixLong(`${key}:`);
  else {
    prefixLength = writeScratch(key);
    scratchBytes[prefixLength++] = 0x3a;
    mixBlocks(scratchLanes, prefixLength);
  }
  prefix[0] = state[0]!;
  prefix[1] = state[1]!;
  prefix[2] = last[0]!;
  prefix[3] = last[1]!;
}

/** Most characters of a suffix: after 15 bytes of a prefix it reaches a third lane at most. */
const longestSuffix = 9;
const lanesEach = 3;

/**
 * Texts of one length, to find the one with the highest `murmur128("<key>:<text>")`. It costs a fifth of hashing each,
 * since the key is read and mixed once for all texts.
 */
export class Suffixes {
  /** The texts' bytes as lanes, by the number of bytes before them in their block; made at the first use. */
  private readonly shifted: (BigUint64Array | undefined)[] = new Array<undefined>(16).fill(undefined);
  private readonly width: number;

  /** @param texts ASCII, all of one length, at least one. @throws RangeError when they are not, or longer than 9. */
  constructor(private readonly texts: readonly string[]) {
    this.width = texts[0]?.length ?? 0;
    const fits = (text: string): boolean => text.length === this.width && /^[\x20-\x7e]+$/.test(text);
    if (this.width > longestSuffix || !texts.every(fits) || texts.length === 0) {
      throw new RangeError(`suffixes must be one or more texts of one length up to ${longestSuffix}, in ASCII`);
    }
  }

  /**
   * Searches for a higher hash than `best` (four words, most significant first) after the prefix of the last
   * {@link hashPrefix}. Returns the index of the text with the highest and leaves its hash in `best`; otherwise −1.
   */
  above(best: Uint32Array): number {
    const offset = prefixLength & 15;
    const lanes = (this.shifted[offset] ??= this.shift(offset));
    const length = prefixLength + this.width;
    const fills = offset + this.width > 15;
    let top = best[0]!;
    let won = -1;
    for (let at = 0; at < lanes.length; at += lanesEach) {
      state[0] = prefix[0]!;
      state[1] = prefix[1]!;
      last[0] = prefix[2]! | lanes[at]!;
      last[1] = prefix[3]! | lanes[at + 1]!;
      if (fills) {
        mixLast();
        last[0] = lanes[at + 2]!;
        last[1] = 0n;
      }
      finish(length);
      if (stateWords[3]! < top || (stateWords[3] === top && !isAbove(best))) continue;
      readState(best);
      top = best[0]!;
      won = at;
    }
    return won < 0 ? -1 : won / lanesEach;
  }

  private shift(offset: number): BigUint64Array {
    const lanes = new BigUint64Array(this.texts.length * lanesEach);
    const bytes = new Uint8Array(lanes.buffer);
    this.texts.forEach((text, index) => {
      for (let i = 0; i < text.length; i++) bytes[index * lanesEach * 8 + offset + i] = text.charCodeAt(i);
    });
    return lanes;
  }
}

/** Whether the finished hash is above `best`, whose first word is equal. */
function isAbove(best: Uint32Array): boolean {
  for (let i = 1; i < 4; i++) {
    if (stateWords[3 - i] !== best[i]) return stateWords[3 - i]! > best[i]!;
  }
  return false;
}
