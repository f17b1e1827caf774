import type { Report } from "../adapters/processes/process";

/** Reports a long step: at once, then every ten seconds how long it has taken. */
export async function reportWhile<T>(report: Report, what: string, work: () => Promise<T>): Promise<T> {
  report(`${what} …`);
  const started = Date.now();
  const timer = setInterval(() => report(`${what}: ${Math.round((Date.now() - started) / 1000)} s …`), 10_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
