import type { Graph } from "../core/graph";
import { verdict, type Rule, type Verdict } from "../core/rule";
import { ownTag } from "../core/tags";
import { isNamed } from "../rules/strangers";
import { usersOf } from "../rules/users";
import type { Known } from "../fingerprints/known";
import { endOf, isOpen, registerPath, type Register } from "./register";

/** Longest window of a transfer, in hours; a longer one accepts nothing. */
export const longestWindow = 72;

/** What the register accepts now, and which entries were needed for that. */
interface Acceptance {
  readonly accepts: (rule: Rule, said: Verdict, graph: Graph) => boolean;
  /** A verdict for every current entry that was not needed so far. */
  readonly unused: (graph: Graph) => readonly Verdict[];
}

/** Applies the register to one judgement. Entries after their last day accept nothing; GOV-04 reports them. */
export function acceptance({ register, now }: Known): Acceptance {
  const used = new Set<string>();
  const isLive = ({ expires }: { readonly expires: string }): boolean => endOf(expires) > now.getTime();
  const use = (list: keyof Register, at: number): boolean => {
    if (at >= 0) used.add(`${list}.${at}`);
    return at >= 0;
  };

  const accepts: Acceptance["accepts"] = (rule, said, graph) => {
    if (rule.acceptedBy === "nothing") return false;
    const resource = graph.find(said.urn);
    const excepted = register.exceptions.findIndex(
      (one) =>
        isLive(one) &&
        one.rule === rule.id &&
        one.urn === said.urn &&
        (one.path === undefined || one.path === said.path),
    );
    if (use("exceptions", excepted)) return true;
    if (rule.acceptedBy === "conduits") {
      const conduit = register.conduits.findIndex(
        (one) => isLive(one) && (one.what === said.urn || one.what === resource?.type),
      );
      return use("conduits", conduit);
    }
    if (rule.acceptedBy !== "transfers" || resource === undefined) return false;
    const purpose = ownTag(resource, "purpose");
    if (purpose.state !== "known") return false;
    const move = register.transfers.findIndex((one) => one.purpose === purpose.value && isMove(one, said, now));
    return use("transfers", move);
  };

  const unused: Acceptance["unused"] = (graph) => {
    const entry = (list: keyof Register, at: number): readonly Verdict[] => {
      const path = `${list}.${at}`;
      if (used.has(path)) return [];
      return [verdict("violation", { urn: registerPath }, path, "nothing needs it", { evidence: "register" })];
    };
    return [
      ...register.exceptions.flatMap((one, at) => (isLive(one) ? entry("exceptions", at) : [])),
      ...register.conduits.flatMap((one, at) => (isLive(one) ? entry("conduits", at) : [])),
      ...register.transfers.flatMap((one, at) => (isOpen(one, now) ? entry("transfers", at) : [])),
      ...register.sharing.flatMap((one, at) => (!isLive(one) || isShared(graph, one.what) ? [] : entry("sharing", at))),
      ...register.stacks.flatMap((one, at) =>
        !isLive(one) || isReadHere(graph, one.stack) ? [] : entry("stacks", at),
      ),
    ];
  };
  return { accepts, unused };
}

function isMove(one: Register["transfers"][number], { owners }: Verdict, now: Date): boolean {
  if (owners === undefined || !isOpen(one, now) || windowOf(one) > longestWindow) return false;
  return (owners[0] === one.from && owners[1] === one.to) || (owners[0] === one.to && owners[1] === one.from);
}

/** Length of a transfer's window in hours. */
export function windowOf({ notBefore, notAfter }: Register["transfers"][number]): number {
  return (Date.parse(notAfter) - Date.parse(notBefore)) / 3_600_000;
}

/** True when a cell uses a resource that an entry names. */
function isShared(graph: Graph, what: string): boolean {
  if (!what.includes(":")) return isNamed(graph, what);
  return [...usersOf(graph)].some(
    ([resource, cells]) => cells.size > 0 && (resource.urn === what || resource.type === what),
  );
}

/** True when a stack is read, and where the source has no reads, because then it cannot be checked. */
function isReadHere(graph: Graph, stack: string): boolean {
  const shown = graph.resources.filter(({ isRead }) => isRead !== undefined);
  return (
    shown.length === 0 ||
    shown.some(({ isRead, name, type }) => isRead === true && type === "pulumi:pulumi:StackReference" && name === stack)
  );
}
