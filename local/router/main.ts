/** The process behind `startRouters`: every deployed router of an environment, one port each, until a signal ends it. */
import { serveRouter } from "./serve";

interface Request {
  readonly endpoint: string;
  readonly routers: readonly { readonly region: string; readonly functionName: string; readonly port: number }[];
}

const { endpoint, routers } = JSON.parse(process.argv[2] ?? "") as Request;

Promise.all(
  routers.map(({ region, functionName, port }) => serveRouter({ endpoint, region, functionName, port, edge: true })),
).then(
  (served) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        void Promise.all(served.map((router) => router.close())).finally(() => process.exit(0));
      });
    }
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
