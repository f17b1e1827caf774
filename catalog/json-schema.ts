import { z } from "zod";

import { catalogSchema } from "./schema";

/** JSON Schema of the catalog file, for editors: what `docs/catalog.schema.json` holds. */
export function catalogJsonSchema(): string {
  const schema = z.toJSONSchema(catalogSchema, { io: "input", target: "draft-7" });
  return `${JSON.stringify({ title: "Catalog of an environment", ...schema }, null, 2)}\n`;
}
