/**
 * When AWS may touch a cell's data services. Cells of one region take different days, so that AWS's own maintenance
 * never meets the whole fleet at once, and services of one cell take different hours, so that it never meets two of
 * them at once. Pure; a cell's windows depend on its number and region alone.
 */

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const longDays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;

/** About one o'clock at night, in UTC hours, by the first part of the region's name. */
const nights: Readonly<Record<string, number>> = {
  us: 7,
  ca: 6,
  mx: 7,
  sa: 4,
  eu: 0,
  eusc: 0,
  il: 23,
  me: 21,
  af: 23,
  ap: 17,
  cn: 17,
};

/** A cell's windows, UTC, in the spelling of each service. None overlaps another of the same cell. */
export interface Windows {
  /** `hh:mm-hh:mm`, daily. */
  readonly postgresBackup: string;
  /** `ddd:hh:mm-ddd:hh:mm`, weekly. */
  readonly postgresMaintenance: string;
  readonly replicaMaintenance: string;
  readonly redisSnapshot: string;
  readonly redisMaintenance: string;
  readonly memcachedMaintenance: string;
  readonly rabbitmqMaintenance: {
    readonly dayOfWeek: (typeof longDays)[number];
    /** `hh:mm`; the window is two hours long. */
    readonly timeOfDay: string;
    readonly timeZone: "UTC";
  };
}

/** Windows of a cell by its number (which day) and region (which hours). */
export function windowsOf(cell: { readonly number: number; readonly region: string }): Windows {
  const night = nights[cell.region.split("-")[0] ?? ""] ?? 0;
  const daily = (offset: number): string => `${clock(night + offset)}-${clock(night + offset + 1)}`;
  const weekly = (offset: number): string => {
    const [from, to] = [night + offset, night + offset + 1].map((hour) => `${dayAt(cell.number, hour)}:${clock(hour)}`);
    return `${from}-${to}`;
  };
  return {
    postgresBackup: daily(0),
    redisSnapshot: daily(1),
    postgresMaintenance: weekly(2),
    replicaMaintenance: weekly(3),
    redisMaintenance: weekly(4),
    memcachedMaintenance: weekly(5),
    rabbitmqMaintenance: {
      dayOfWeek: longDays[(cell.number + Math.floor((night + 6) / 24)) % 7] ?? "SUNDAY",
      timeOfDay: clock(night + 6),
      timeZone: "UTC",
    },
  };
}

function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, "0")}:00`;
}

/** Hours past midnight belong to the next day. */
function dayAt(number: number, hour: number): string {
  return days[(number + Math.floor(hour / 24)) % 7] ?? "sun";
}
