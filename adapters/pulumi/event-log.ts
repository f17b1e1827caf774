import { createReadStream, existsSync, statSync } from "node:fs";

import type { EngineEvent } from "../../ops/up/events";

/** Milliseconds between two looks at the file. */
const interval = 200;

/** Reads the engine's event log while the engine writes it. */
export class EventLog {
  private readonly events: EngineEvent[] = [];
  private position = 0;
  /** Bytes of a line that is not complete yet. */
  private rest: Buffer = Buffer.alloc(0);
  private reading: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly file: string,
    private readonly onEvent: (event: EngineEvent) => void = () => undefined,
  ) {
    this.timer = setInterval(() => {
      this.reading = this.reading.then(() => this.read());
      // Reported by `finish`, which awaits the same promise.
      this.reading.catch(() => undefined);
    }, interval);
  }

  /**
   * All events, after the engine has ended.
   *
   * @param isWhole false where the engine was killed: then a line that it did not complete is left out.
   * @throws SyntaxError for a line that is not JSON.
   */
  async finish(isWhole: boolean): Promise<readonly EngineEvent[]> {
    clearInterval(this.timer);
    await this.reading;
    await this.read();
    const rest = this.rest.toString("utf8");
    this.rest = Buffer.alloc(0);
    if (isWhole) this.take(rest);
    return this.events;
  }

  private async read(): Promise<void> {
    if (!existsSync(this.file)) return;
    const { size } = statSync(this.file);
    if (size <= this.position) return;
    const chunks = [this.rest];
    for await (const chunk of createReadStream(this.file, { start: this.position, end: size - 1 })) {
      chunks.push(chunk as Buffer);
    }
    this.position = size;
    // Cut at a line's end as bytes: elsewhere a character could be cut in two.
    const bytes = Buffer.concat(chunks);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    this.rest = bytes.subarray(whole);
    for (const line of bytes.subarray(0, whole).toString("utf8").split("\n")) this.take(line);
  }

  private take(line: string): void {
    if (line.trim() === "") return;
    const event = JSON.parse(line) as EngineEvent;
    if (event.diagnosticEvent?.severity === "debug") return;
    this.events.push(event);
    this.onEvent(event);
  }
}
