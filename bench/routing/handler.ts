import type { HttpEvent } from "../../lambda/router/event";
import { built } from "./built";
import { eventText } from "./event";
import { race, raceAsync, shortKeys, type Timing } from "./measure";
import { fleet } from "./ours";
import { honoRouter } from "./peers";

/** From the event's text to the answer's text, beside parsing and writing JSON alone, which any handler must do. */
export async function handlerTimes(rounds: number): Promise<readonly Timing[]> {
  const { edgeRouter } = built<typeof import("./request")>("bench/routing/request.ts");
  const handle = edgeRouter(fleet(100));
  const read = (text: string): HttpEvent => JSON.parse(text) as HttpEvent;
  const answer = handle(read(eventText("t-000000001")));
  // As Lambda calls it.
  const later = async (event: HttpEvent): Promise<unknown> => handle(event);
  const hono = honoRouter(fleet(100));
  const texts = (round: number): string[] => shortKeys(round, 2000).map(eventText);
  const floor = (text: string): number => (JSON.parse(text) ? JSON.stringify(answer).length : 0);
  const inTurn = race(
    [
      { name: "JSON alone: parse the event, write an answer", place: floor },
      { name: "handler: parse, decide, write", place: (text) => JSON.stringify(handle(read(text))).length },
    ],
    texts,
    rounds,
  );
  const awaited = await raceAsync(
    [
      { name: "JSON alone, awaited", place: (text) => Promise.resolve(floor(text)) },
      { name: "handler, awaited", place: async (text) => JSON.stringify(await later(read(text))).length },
      { name: "hono, same decision", every: 4, place: async (text) => JSON.stringify(await hono(read(text))).length },
    ],
    texts,
    rounds,
  );
  return [...inTurn, ...awaited];
}
