import { nameOf, type EngineEvent } from "../../ops/up/events";
import type { Report } from "../processes/process";

/** Milliseconds between two lines: a terminal shows movement, a log file stays short. */
const interval = process.stdout.isTTY ? 100 : 10_000;

/** Turns engine events into one line of progress: how many resources are done, and which was last. */
export function progress(report: Report): (event: EngineEvent) => void {
  let count = 0;
  let last = Date.now();
  return ({ resOutputsEvent, summaryEvent }) => {
    // The next run of the same engine counts from the start.
    if (summaryEvent !== undefined) count = 0;
    if (resOutputsEvent === undefined) return;
    count += 1;
    if (Date.now() - last < interval) return;
    last = Date.now();
    report(`${count} resources, last ${nameOf(resOutputsEvent.metadata.urn)}`);
  };
}
