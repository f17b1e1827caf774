import type { Command } from "commander";
import { print } from "../print";

/** Most cells that every algorithm prepares in a few seconds; dealing slots costs the square of them. */
const mostCells = 4096;

/** `cells place`: the algorithms alone, without a catalog, for scripts and for comparing with other languages. */
export function register(program: Command): void {
  program
    .command("place")
    .description(
      "Place a JSON array of ids from standard input on N cells; print the number of each id's cell, 0 to N-1.",
    )
    .option("-a, --algorithm <name>", "slots, ring (also called consistent), rendezvous, murmur3 or sha256", "slots")
    .option("-n, --cells <count>", "number of cells", "8")
    .option("--json", "print a JSON array instead of one number per line")
    .addHelpText("after", '\nExample:\n  echo \'["tenant-1", "tenant-2"]\' | npx cells place --cells 8 --json')
    .action(async (options: { algorithm: string; cells: string; json?: boolean }) => {
      const { algorithms } = require("../../routing") as typeof import("../../routing");
      const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
      const { algorithmNamed } = require("../routing/algorithms") as typeof import("../routing/algorithms");
      const { standardInput } = require("../../adapters/files/input") as typeof import("../../adapters/files/input");
      const { idsOf } = require("../routing/input") as typeof import("../routing/input");
      const { together } = require("../together") as typeof import("../together");
      const readCount = (): number => {
        const count = Number(options.cells);
        if (/^\d+$/.test(options.cells) && count >= 1 && count <= mostCells) return count;
        throw new UserError(`--cells ${options.cells}: write a whole number from 1 to ${mostCells}`);
      };
      const input = await standardInput();
      const [name, count, ids] = together(
        () => algorithmNamed(options.algorithm),
        readCount,
        () => idsOf(input),
      );
      const members = Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
      const { place } = algorithms[name].prepare(members);
      const numbers = ids.map(place);
      print(options.json === true ? `${JSON.stringify(numbers)}\n` : numbers.map((n) => `${n}\n`).join(""));
    });
}
