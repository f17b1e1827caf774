import { plan } from "../../../adapters/pulumi/plan/plan";
import { judge } from "../../../policy/core/judge";
import { fromPlan } from "../../../policy/front/plan";
import { corpusRules } from "./rules";
import { known, Stage, type Case } from "./stage";

/** Runs a case as a real program under mocks, and answers what the rules say. */
export async function perform(
  { act, register }: Pick<Case, "act" | "register">,
  isPreview: boolean,
): Promise<{
  readonly blocked: readonly string[];
  readonly notes: readonly string[];
  readonly undecided: readonly string[];
}> {
  const { resources, reads } = await plan(
    () => {
      const stage = new Stage(isPreview);
      act(stage.cell(1), stage.cell(2), stage);
      return true;
    },
    { preview: isPreview },
  );
  const found = judge(corpusRules, fromPlan(resources, reads), known(register));
  const kinds = (...wanted: readonly string[]): readonly string[] =>
    found
      .filter(({ verdict }) => wanted.includes(verdict.kind))
      .map(({ rule, verdict }) => {
        const name = verdict.urn.split("::").pop()!;
        return `${rule.id}${verdict.kind === "coupling" ? " COUPLING" : ""} ${name}${verdict.path === undefined ? "" : ` ${verdict.path}`}`;
      });
  return { blocked: kinds("violation", "coupling"), notes: kinds("advisory"), undecided: kinds("undecided") };
}
