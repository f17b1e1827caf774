import type { SmallRun } from "../../harness/engine";

/** Kinds of evidence, which stand where a finding has no path. */
const evidence =
  /^(?:edge|hub|provider|provenance|read|deletedWith|type|key|count|region|copy|register|fingerprints|literal:\w+|iam:\w+)$/;

/** What the pack blocked in a run, as cases write it: `rule name path`. Parsed from the one form of its sentences. */
export function blockedIn(run: SmallRun): readonly string[] {
  return lines(run, ({ policy }) => policy !== "cells-undecided");
}

/** What it left open, and what it noted. */
export function openIn(run: SmallRun): readonly string[] {
  return lines(run, ({ policy }) => policy === "cells-undecided");
}

function lines({ said }: SmallRun, accept: (one: SmallRun["said"][number]) => boolean): readonly string[] {
  return said
    .filter(accept)
    .map(({ urn, message }) => {
      const sentence = message.split("\n").find((line) => /^[A-Z]+-\d+: /.test(line));
      const parts = /^([A-Z]+-\d+): (coupling: )?.*?(?: \(([^()]*)\))?\.(?: Fix: .*)?$/.exec(sentence ?? "");
      if (parts === null) throw new Error(`the pack said something else than a sentence: ${message}`);
      const about = (parts[3] ?? "").split("; ");
      const [first = ""] = about;
      // What is left open has a path and nothing else.
      const isPath =
        about.length === 3 ||
        (parts[1] === "ISO-18" && first !== "") ||
        !(evidence.test(first) || first.includes(" -> ") || first === "");
      return `${parts[1]}${parts[2] === undefined ? "" : " COUPLING"} ${urn.split("::").pop()}${isPath ? ` ${first}` : ""}`;
    })
    .sort();
}
