import { diffCatalogs } from "../../catalog/diff";
import type { CatalogChange } from "../../catalog/diff/change";
import { catalogOf, consequencesOf, type CellEdit } from "./living";

/** One row of the document: an edit as it is written, and the cell before and after. */
interface Row {
  readonly edit: string;
  readonly before: CellEdit;
  readonly after: CellEdit;
}

const small: CellEdit = { sizeClass: "small" };
/** A class of the environment that is equal to small. */
const ownSmall: CellEdit = { ...small, own: {} };
const green = { liveNodes: "green" } as const;

const rows: readonly Row[] = [
  { edit: "`release`", before: small, after: { ...small, release: "6.9.3" } },
  { edit: "`sizeClass: dev` to `small`", before: { sizeClass: "dev" }, after: small },
  {
    edit: "`sizeClass: dev` to `small`, `liveNodes: green`",
    before: { sizeClass: "dev" },
    after: { ...small, ...green },
  },
  {
    edit: "`sizeClass: small` to `medium`, `liveNodes: green`",
    before: small,
    after: { sizeClass: "medium", ...green },
  },
  {
    edit: "`sizeClass: medium` to `large`, `liveNodes: green`",
    before: { sizeClass: "medium" },
    after: { sizeClass: "large", ...green },
  },
  {
    edit: "`sizeClass: medium` to `small`, `liveNodes: green`",
    before: { sizeClass: "medium" },
    after: { ...small, ...green },
  },
  ...(
    [
      ['postgres: { engineVersion: "17.11" }', { postgres: { engineVersion: "17.11" } }],
      ["postgres: { storage: 400 }", { postgres: { storage: 400 } }],
      ["kafka: { version: 4.0.x.kraft }", { kafka: { version: "4.0.x.kraft" } }],
      ['nodes: { kubernetesVersion: "1.36" }', { nodes: { kubernetesVersion: "1.36" } }],
    ] as const
  ).map(([change, own]) => ({ edit: `its class gets \`${change}\``, before: ownSmall, after: { ...ownSmall, own } })),
  { edit: "`liveNodes: green`", before: small, after: { ...small, ...green } },
  { edit: "`bothNodes: true`", before: small, after: { ...small, bothNodes: true } },
  { edit: "`rabbitmq: true`", before: small, after: { ...small, rabbitmq: true } },
  { edit: "`rabbitmq: false`", before: { ...small, rabbitmq: true }, after: small },
  { edit: "`owner`", before: small, after: { ...small, owner: "payments" } },
  { edit: "`state: disabled`", before: small, after: { ...small, state: "disabled" } },
];

/** What an edit does, by kind; the order is that of the columns. */
const columns = ["changed in place", "replaced", "created", "deleted"] as const;

/** The message without the cell's name and the sources. */
const brief = ({ message }: CatalogChange): string => message.replace(/cell-0-/g, "").replace(/; see http\S+/, "");

async function markdownRow({ edit, before, after }: Row): Promise<string> {
  const resources = await consequencesOf(before, after);
  const { changes } = diffCatalogs(catalogOf(before), catalogOf(after));
  const fields = changes.filter(({ kind }) => kind !== "revision");
  const all = [...resources, ...fields];
  const verdict = all.some((one) => one.verdict === "forbidden")
    ? "refused"
    : all.some((one) => one.verdict === "warning")
      ? "with a warning"
      : "allowed";
  const cells = columns.map((kind) =>
    resources
      .filter((one) => one.kind === kind)
      .map(brief)
      .join("; "),
  );
  const messages = all.filter(({ kind }) => !columns.includes(kind as never)).map(brief);
  return `| ${[edit, verdict, ...cells, messages.join("; ")].join(" | ")} |`;
}

/** The generated part of the document. */
export async function changingTable(): Promise<string> {
  const lines: string[] = [];
  for (const row of rows) lines.push(await markdownRow(row));
  return [
    `| edit of a cell, of class small unless it says another | verdict | ${columns.join(" | ")} | refused, lost, or to note |`,
    `|${"---|".repeat(columns.length + 3)}`,
    ...lines,
  ].join("\n");
}
