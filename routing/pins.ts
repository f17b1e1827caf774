import type { CellNumber, Epoch } from "../contract/numbers";
import { decodeBase64, encodeBase64 } from "./base64";
import type { Check } from "./check";
import { murmur32 } from "./murmur3";
import { sha256Words } from "./sha256";
import { slotCount } from "./slots/deal";
import { highestCellNumber, type Pin } from "./table";

/**
 * Explicit homes of many tenants, as an overlay publishes them: four columns, one row a pin, sorted by hash and then by
 * tag. Ten bytes a pin, whatever the length of the tenants' ids, and the ids are not published. Numbers are
 * little-endian, columns base64.
 */
export interface PackedPins {
  /** Makes the tags. Secret from tenants; the writer takes another when two tenants have equal hash and tag. */
  readonly key: string;
  /** Cells that pins name, sorted. */
  readonly cells: readonly CellNumber[];
  /** uint32 each: `murmur32(tenant)`; its upper half is the tenant's slot. */
  readonly hashes: string;
  /** uint32 each: the first four bytes of SHA-256 of key and tenant, most significant first. */
  readonly tags: string;
  /** Index into `cells`: one byte each up to 256 cells, a uint16 above. */
  readonly homes: string;
  /** One, two or four bytes each, as the highest epoch needs. */
  readonly epochs: string;
}

/** Two tenants that routers could not distinguish: pack the pins with another key. */
export class PinCollision extends Error {
  constructor() {
    super("two tenants have the same hash and tag: take another key");
    this.name = "PinCollision";
  }
}

interface Row extends Pin {
  readonly hash: number;
  readonly tag: number;
}

/** Receives the hash and the tag of a tenant, and its pin on either side. */
type PinVisitor = (hash: number, tag: number, before: Pin | undefined, after: Pin | undefined) => void;
type Numbers = Uint8Array | Uint16Array | Uint32Array;

const keyPattern = /^[A-Za-z0-9_-]{22,64}$/;
/** Longest base64 text of a column of four-byte numbers: two million pins. */
const longestColumn = 10_666_668;

/**
 * Explicit homes, ready to look up. Immutable. A tenant that is not pinned is nearly always excluded by its hash alone;
 * the tag, which costs a microsecond, is computed only for a tenant whose hash is there. Tenants can choose ids with a
 * given hash, but without the key not with a given tag.
 */
export class Pins {
  /** First row of each slot, and the end. */
  private readonly starts = new Uint32Array(slotCount + 1);

  private constructor(
    readonly key: string,
    readonly cells: readonly CellNumber[],
    private readonly hashes: Uint32Array,
    private readonly tags: Uint32Array,
    private readonly homes: Numbers,
    private readonly epochs: Numbers,
  ) {
    for (const hash of hashes) this.starts[(hash >>> 16) + 1]!++;
    for (let slot = 0; slot < slotCount; slot++) this.starts[slot + 1]! += this.starts[slot]!;
  }

  /** Number of pins. */
  get size(): number {
    return this.hashes.length;
  }

  /**
   * @param key 22 to 64 letters, digits, `_` or `-`, at random.
   * @throws PinCollision when two tenants have equal hash and tag; RangeError for a key of another form.
   */
  static pack(key: string, entries: Iterable<readonly [tenant: string, pin: Pin]>): Pins {
    if (!keyPattern.test(key)) throw new RangeError("a key has 22 to 64 letters, digits, '_' or '-'");
    const rows = [...entries].map(([tenant, pin]) => ({ hash: murmur32(tenant), tag: tagOf(key, tenant), ...pin }));
    rows.sort((a, b) => a.hash - b.hash || a.tag - b.tag);
    const collides = rows.some(({ hash, tag }, at) => hash === rows[at - 1]?.hash && tag === rows[at - 1]?.tag);
    if (collides) throw new PinCollision();
    return Pins.ofRows(key, rows);
  }

  /** @param rows in the published order. */
  private static ofRows(key: string, rows: readonly Row[]): Pins {
    const cells = [...new Set(rows.map(({ cell }) => cell))].sort((a, b) => a - b);
    const index = new Map(cells.map((number, at) => [number, at]));
    const highest = rows.reduce((most, { epoch }) => Math.max(most, epoch), 0);
    return new Pins(
      key,
      cells,
      Uint32Array.from(rows, ({ hash }) => hash),
      Uint32Array.from(rows, ({ tag }) => tag),
      numbers(
        cells.length - 1,
        rows.map(({ cell }) => index.get(cell)!),
      ),
      numbers(
        highest,
        rows.map(({ epoch }) => epoch),
      ),
    );
  }

  /** Reads {@link PackedPins}; reports what is wrong to `check`, and then returns no pins. */
  static decode(check: Check, at: string, value: unknown): Pins {
    const before = check.mistakes.length;
    const raw = check.object(at, value);
    const key = check.text(`${at}.key`, raw["key"]);
    if (!keyPattern.test(key)) check.fail(`${at}.key`, "must be 22 to 64 letters, digits, '_' or '-'");
    const cells = check.ascending(`${at}.cells`, raw["cells"], highestCellNumber);
    const column = (name: string): Uint8Array => {
      const bytes = decodeBase64(check.text(`${at}.${name}`, raw[name], longestColumn));
      if (bytes === undefined) check.fail(`${at}.${name}`, "must be base64, padded");
      return bytes ?? new Uint8Array();
    };
    const hashes = column("hashes");
    const count = Math.ceil(hashes.length / 4);
    const read = (name: string, bytes: Uint8Array, widths: readonly number[]): Numbers => {
      const width = widths.find((each) => bytes.length === count * each);
      if (width === undefined) check.fail(`${at}.${name}`, `must have ${widths.join(" or ")} bytes for each pin`);
      if (width === undefined || width === 1) return bytes;
      return width === 4 ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer);
    };
    const columns = {
      hashes: read("hashes", hashes, [4]) as Uint32Array,
      tags: read("tags", column("tags"), [4]) as Uint32Array,
      homes: read("homes", column("homes"), [cells.length > 256 ? 2 : 1]),
      epochs: read("epochs", column("epochs"), [1, 2, 4]),
    };
    if (check.mistakes.length > before) return noPins;
    const { hashes: all, tags, homes, epochs } = columns;
    let [sorted, homed] = [true, true];
    for (let row = 0; row < all.length; row++) {
      const ascends =
        row === 0 || all[row]! > all[row - 1]! || (all[row] === all[row - 1] && tags[row]! > tags[row - 1]!);
      sorted &&= ascends;
      homed &&= homes[row]! < cells.length;
    }
    if (!sorted) check.fail(at, "breaks the order: pins are sorted by hash, then tag, each pair once");
    if (!homed) check.fail(`${at}.homes`, `must be indexes below ${cells.length}`);
    return check.mistakes.length > before ? noPins : new Pins(key, cells, all, tags, homes, epochs);
  }

  /**
   * These pins, and the named ones of tenants that are not pinned here or have a lower epoch here.
   *
   * @returns undefined when two tenants would have equal hash and tag.
   */
  over(named: Readonly<Record<string, Pin>>): Pins | undefined {
    const entries = Object.entries(named);
    if (entries.length === 0) return this;
    let own: Pins;
    try {
      own = Pins.pack(this.key, entries);
    } catch {
      return undefined;
    }
    const rows: Row[] = [];
    this.compare(own, (hash, tag, before, after) => {
      const pin = before === undefined || (after !== undefined && after.epoch >= before.epoch) ? after! : before;
      rows.push({ hash, tag, ...pin });
    });
    return Pins.ofRows(this.key, rows);
  }

  /** The published form. */
  packed(): PackedPins {
    const text = ({ buffer, byteOffset, byteLength }: Numbers): string =>
      encodeBase64(new Uint8Array(buffer, byteOffset, byteLength));
    const { key, cells, hashes, tags, homes, epochs } = this;
    return { key, cells, hashes: text(hashes), tags: text(tags), homes: text(homes), epochs: text(epochs) };
  }

  /** @param hash `murmur32(tenant)` or the same as a signed number, where it was just computed. */
  find(tenant: string, hash: number = murmur32(tenant)): Pin | undefined {
    const wanted = hash >>> 0;
    const slot = wanted >>> 16;
    const end = this.starts[slot + 1]!;
    for (let row = this.starts[slot]!; row < end; row++) {
      if (this.hashes[row] === wanted) return this.findTag(wanted, tagOf(this.key, tenant), row, end);
    }
    return undefined;
  }

  private findTag(hash: number, tag: number, from: number, end: number): Pin | undefined {
    for (let row = from; row < end && this.hashes[row] === hash; row++) {
      if (this.tags[row] === tag) return this.pinAt(row);
    }
    return undefined;
  }

  /** Whether a tenant of the slot may be pinned. */
  hasSlot(slot: number): boolean {
    return this.starts[slot + 1]! > this.starts[slot]!;
  }

  /**
   * Visits each tenant that is pinned here or in `before`, in the published order. Pins with another key cannot be
   * compared: their tenants are visited twice, once for each side.
   */
  compare(before: Pins, visit: PinVisitor): void {
    const sameKey = before.key === this.key;
    let [row, old] = [0, 0];
    while (row < this.size || old < before.size) {
      const order = row === this.size ? 1 : old === before.size ? -1 : this.orderAt(row, before, old);
      const [hash, tag] = order <= 0 ? [this.hashes[row]!, this.tags[row]!] : [before.hashes[old]!, before.tags[old]!];
      if (order === 0 && sameKey) visit(hash, tag, before.pinAt(old++), this.pinAt(row++));
      else if (order <= 0) visit(hash, tag, undefined, this.pinAt(row++));
      else visit(hash, tag, before.pinAt(old++), undefined);
    }
  }

  private orderAt(row: number, other: Pins, at: number): number {
    return this.hashes[row]! - other.hashes[at]! || this.tags[row]! - other.tags[at]!;
  }

  private pinAt(row: number): Pin {
    return { cell: this.cells[this.homes[row]!]!, epoch: this.epochs[row] as Epoch };
  }
}

function tagOf(key: string, tenant: string): number {
  return sha256Words(key + tenant)[0]!;
}

/** In as few bytes each as the highest needs. */
function numbers(highest: number, all: readonly number[]): Numbers {
  return highest <= 0xff ? Uint8Array.from(all) : highest <= 0xffff ? Uint16Array.from(all) : Uint32Array.from(all);
}

/** Key of pins that a table names: it hides nothing there. */
const openKey = "0".repeat(22);

/** No tenant is pinned. */
export const noPins: Pins = Pins.pack(openKey, []);

const known = new WeakMap<Readonly<Record<string, Pin>>, Pins>();

/**
 * The pins of a table, packed once.
 *
 * @throws PinCollision, which two tenants among millions do not cause by chance.
 */
export function pinsOf(named: Readonly<Record<string, Pin>>): Pins {
  const pins = known.get(named) ?? Pins.pack(openKey, Object.entries(named));
  known.set(named, pins);
  return pins;
}
