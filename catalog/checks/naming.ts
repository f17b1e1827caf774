import type { Draft } from "../draft";
import type { DraftIssue } from "../issues";
import { CellNames, nameRules, tooLong } from "../names";

/** Longest name of a certificate: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const longestCertificateName = 64;

/** Numbers, ids and the names that follow from them. */
export function naming(draft: Draft): readonly DraftIssue[] {
  const findings: DraftIssue[] = [];
  const numbers = new Map<number, number>();
  const ids = new Map<string, number>();
  for (const [index, cell] of (draft.cells ?? []).entries()) {
    const number = cell?.number;
    const id = cell?.id ?? (number === undefined ? undefined : `cell-${number}`);
    if (number !== undefined) {
      const first = numbers.get(number);
      if (first === undefined) numbers.set(number, index);
      else {
        const message = `cells[${first}] has this number already; give each cell its own`;
        findings.push({ path: ["cells", index, "number"], value: number, message });
        continue;
      }
    }
    if (id === undefined) continue;
    const first = ids.get(id);
    if (first === undefined) ids.set(id, index);
    else
      findings.push({
        path: ["cells", index, "id"],
        value: id,
        message: `cells[${first}] has this id already; give each cell its own`,
      });
    const named = /^cell-(\d+)$/.exec(id)?.[1];
    if (number !== undefined && named !== undefined && named !== String(number)) {
      findings.push({
        path: ["cells", index, "id"],
        value: id,
        message: `the id names another number; write cell-${number} or leave it out`,
      });
    }
  }
  return [...findings, ...names(draft, Math.max(...numbers.keys()))];
}

/** The longest number is judged alone: if its names fit, all fit, and the message is said once. */
function names(draft: Draft, highest: number): readonly DraftIssue[] {
  if (!Number.isFinite(highest)) return [];
  const findings: DraftIssue[] = [];
  if (draft.environment !== undefined) {
    const [worst] = [...tooLong(new CellNames(draft.environment, highest))].sort(
      (a, b) => b.name.length - b.max - (a.name.length - a.max),
    );
    if (worst) {
      const over = worst.name.length - worst.max;
      const most = draft.environment.length - over;
      const message = `the ${nameRules[worst.kind].kind} name ${worst.name} would be longer than ${worst.max}; write at most ${most} characters`;
      findings.push({ path: ["environment"], value: draft.environment, message });
    }
  }
  if (draft.domain !== undefined) {
    const over = `cell-${highest}.${draft.domain}`.length - longestCertificateName;
    if (over > 0) {
      const message = `no certificate takes cell-${highest}.${draft.domain}; write at most ${draft.domain.length - over} characters`;
      findings.push({ path: ["domain"], value: draft.domain, message });
    }
  }
  return findings;
}
