import { ensurePython } from "../../local/python";

/** Tests that talk to the local cloud find its Python in `CELLS_TEST_PYTHON`; a new machine creates it here, once. */
export default async function setup(): Promise<void> {
  process.env["CELLS_TEST_PYTHON"] ??= await ensurePython((line) => console.log(line));
}
