import { blocksOf, Fingerprints, type CellPrint } from "../../policy/fingerprints/fingerprints";

/** A cell as a catalog describes it. */
export const cell = (number: number, more: Partial<CellPrint> = {}): CellPrint => ({
  id: `cell-${number}`,
  number,
  environment: "dev",
  zones: [`cell-${number}.internal`],
  blocks: blocksOf([`10.${number}.0.0/16`]),
  account: `${number}`.repeat(12),
  region: "eu-west-1",
  partition: "aws",
  ...more,
});

/** Three of them, the third in another region, and what is known of their things. */
export const prints = new Fingerprints(
  [cell(1), cell(2), cell(3, { region: "us-east-1" })],
  new Map([
    ["vpc-0aaaabbbbccccdddd", "cell-2"],
    ["mine.example", "cell-1"],
  ]),
  ["cells.example.com"],
  new Map([["bucket-7fa3", "cell-2"]]),
);
