import { rules } from "../../../policy/rules";

/** Families that the corpus is about; settings such as backups have cases of their own. */
export const corpusRules = rules.filter(({ id }) => /^(?:ISO|NET|SOV|GOV-0[24])/.test(id));
