import { unlistedCountry } from "../../routing/residency";
import { builtInCountries, builtInJurisdictions } from "../countries";
import type { Draft } from "../draft";
import { refuse } from "../fields";
import { closest, either, type DraftIssue } from "../issues";

/** Jurisdictions, their localities, and the countries that map to them. */
export function residency(draft: Draft): readonly DraftIssue[] {
  const jurisdictions = draft.residency?.jurisdictions;
  return jurisdictions === undefined
    ? []
    : [
        ...allowed(draft, jurisdictions),
        ...countries(draft, jurisdictions),
        ...unmapped(draft, jurisdictions),
        ...approvals(draft, jurisdictions),
      ];
}

type Jurisdictions = NonNullable<NonNullable<Draft["residency"]>["jurisdictions"]>;

const at = (...path: (string | number)[]) => ["residency", ...path];

function allowed(draft: Draft, jurisdictions: Jurisdictions): readonly DraftIssue[] {
  const localities = draft.localities;
  const populated = new Set((draft.cells ?? []).map((cell) => cell?.locality));
  // A cell whose locality is unreadable may be the one that is missed: no verdict then.
  const sure = draft.cells !== undefined && !populated.has(undefined);
  return Object.entries(jurisdictions).flatMap(([name, names]) => {
    if (names === undefined || typeof names === "string") return [];
    const findings = names.flatMap((locality, index): DraftIssue[] => {
      if (locality === undefined || localities === undefined) return [];
      const path = at("jurisdictions", name, index);
      if (names.indexOf(locality) < index) return [{ path, value: locality, message: "listed twice; keep one" }];
      const known = Object.keys(localities);
      if (known.includes(locality)) return [];
      const meant = closest(locality, known) ?? either(known);
      return [{ path, value: locality, message: `no such locality; write ${meant}, or add it to localities` }];
    });
    const judged = sure && findings.length === 0 && !names.includes(undefined);
    if (judged && !names.some((locality) => populated.has(locality))) {
      const message = `no cell is in ${either(names.map(String))}; add one, allow another locality, or write ${refuse}`;
      findings.push({ path: at("jurisdictions", name), value: names, message });
    }
    return findings;
  });
}

function countries(draft: Draft, jurisdictions: Jurisdictions): readonly DraftIssue[] {
  const findings: DraftIssue[] = [];
  const known = Object.keys(jurisdictions);
  const mistaken = (path: (string | number)[], value: string): DraftIssue => {
    const meant = closest(value, known);
    return {
      path,
      value,
      message: `no such jurisdiction; ${meant ? `did you mean ${meant}?` : `write ${either(known)}`}`,
    };
  };
  for (const [country, jurisdiction] of Object.entries(draft.residency?.countries ?? {})) {
    if (!(country in builtInCountries)) {
      const message = "not an assigned ISO 3166-1 alpha-2 code; the United Kingdom is GB, Greece GR";
      findings.push({ path: at("countries", country), value: country, message });
    }
    if (jurisdiction !== undefined && !(jurisdiction in jurisdictions)) {
      findings.push(mistaken(at("countries", country), jurisdiction));
    }
  }
  const fallback = draft.residency?.defaultJurisdiction;
  if (fallback !== undefined && !(fallback in jurisdictions))
    findings.push(mistaken(at("defaultJurisdiction"), fallback));
  else if (fallback !== undefined && jurisdictions[fallback] === refuse) {
    const message = "this jurisdiction is refused; leave the default out, which refuses too";
    findings.push({ path: at("defaultJurisdiction"), value: fallback, message });
  }
  return findings;
}

function approvals(draft: Draft, jurisdictions: Jurisdictions): readonly DraftIssue[] {
  return (draft.residency?.approvals ?? []).flatMap((approval, index): DraftIssue[] => {
    if (approval === undefined) return [];
    const { revision, jurisdiction, country, localities = [] } = approval;
    const mistake = (value: unknown, message: string, ...path: (string | number)[]): DraftIssue => ({
      path: at("approvals", index, ...path),
      value,
      message,
    });
    const known = draft.localities === undefined ? undefined : Object.keys(draft.localities);
    return [
      ...("jurisdiction" in approval === "country" in approval
        ? [mistake(undefined, "write either a jurisdiction or a country")]
        : []),
      ...(jurisdiction !== undefined && !(jurisdiction in jurisdictions)
        ? [mistake(jurisdiction, `no such jurisdiction; write ${either(Object.keys(jurisdictions))}`, "jurisdiction")]
        : []),
      ...(country !== undefined && country !== unlistedCountry && !(country in builtInCountries)
        ? [
            mistake(
              country,
              `not an assigned ISO 3166-1 alpha-2 code; ${unlistedCountry} is for unknown ones`,
              "country",
            ),
          ]
        : []),
      ...(revision !== undefined && draft.revision !== undefined && revision > draft.revision
        ? [mistake(revision, `approve a change in the revision that makes it, at most ${draft.revision}`, "revision")]
        : []),
      ...localities.flatMap((locality, i) =>
        locality === undefined || known === undefined || known.includes(locality)
          ? []
          : [mistake(locality, `no such locality; write ${either(known)}`, "localities", i)],
      ),
    ];
  });
}

/** Every jurisdiction that has a country must be mapped, and no other may be listed: a typo breaks both rules. */
function unmapped(draft: Draft, jurisdictions: Jurisdictions): readonly DraftIssue[] {
  const overrides = draft.residency?.countries ?? {};
  const used = new Map<string, string[]>();
  for (const [country, builtIn] of Object.entries(builtInCountries)) {
    const jurisdiction = overrides[country] ?? builtIn;
    used.set(jurisdiction, [...(used.get(jurisdiction) ?? []), country]);
  }
  const missing = [...used].flatMap(([name, codes]): DraftIssue[] => {
    // Overrides that name no jurisdiction have their own finding.
    if (name in jurisdictions || !(name in builtInJurisdictions)) return [];
    const shown = codes.length > 4 ? `${codes.slice(0, 4).join(", ")} and ${codes.length - 4} more` : codes.join(", ");
    const message = `${name} is missing (${shown}); write ${name} with its localities, or ${name}: ${refuse}`;
    return [{ path: at("jurisdictions"), value: undefined, message }];
  });
  const idle = Object.keys(jurisdictions)
    .filter((name) => !used.has(name) && name !== draft.residency?.defaultJurisdiction)
    .map((name): DraftIssue => {
      const meant = closest(
        name,
        [...used.keys()].filter((candidate) => !(candidate in jurisdictions)),
      );
      const message = `no country has this jurisdiction; ${meant ? `did you mean ${meant}?` : "map one to it under countries, or leave it out"}`;
      return { path: at("jurisdictions", name), value: name, message };
    });
  return [...missing, ...idle];
}
