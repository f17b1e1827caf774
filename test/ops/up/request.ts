import type { Finding } from "../../../ops/up/finding";
import type { UpRequest } from "../../../ops/up/gate";
import { fleet, manifest } from "./world";

/** Two cells, one wave, nothing approved. */
export function runRequest(cells = 2): UpRequest {
  return { catalog: fleet(cells), manifest, maxCellsPerUpdate: 1, approvals: [] };
}

/** Everything is clean. */
export function judgeNothing(): readonly Finding[] {
  return [];
}
