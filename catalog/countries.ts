/**
 * Built-in jurisdiction of every ISO 3166-1 alpha-2 code: which data-protection regime a tenant of that country lives
 * under. A catalog maps each jurisdiction to localities (or refuses it) and may move single countries.
 *
 * This is a careful default, not legal advice: it groups by the law that applies to personal data, and by geography
 * where no common law exists. `test/catalog/countries.test.ts` holds it against the published list of codes.
 */

/** A built-in jurisdiction: what it stands for and the countries in it. */
export interface BuiltInJurisdiction {
  readonly title: string;
  /** ISO 3166-1 alpha-2 codes, separated by spaces. */
  readonly countries: string;
}

/** The built-in jurisdictions by name. */
export const builtInJurisdictions = {
  /**
   * Regulation (EU) 2016/679: the 27 members, the EEA (IS, LI, NO), the territories it covers (AX, GF, GP, MF, MQ, RE,
   * YT, SJ, BV), and the French ones outside the Union where French law sets the same rules (BL, NC, PF, PM, TF, WF).
   */
  EU: {
    title: "European Union and European Economic Area",
    countries:
      "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO " +
      "AX GF GP MF MQ RE YT SJ BV BL NC PF PM TF WF",
  },
  /** UK GDPR, and the Crown dependencies and Gibraltar, whose own laws follow it. Overseas territories have neither. */
  UK: { title: "United Kingdom, Crown dependencies, Gibraltar", countries: "GB GG GI IM JE" },
  CH: { title: "Switzerland", countries: "CH" },
  /** Parties to the Council of Europe's Convention 108 outside the EEA, and FO, GL, VA. */
  EUROPE: { title: "Rest of Europe", countries: "AD AL AM AZ BA FO GE GL MC MD ME MK RS SM TR UA VA" },
  US: { title: "United States and its territories", countries: "US AS GU MP PR UM VI" },
  CA: { title: "Canada", countries: "CA" },
  LATAM: {
    title: "Latin America, Caribbean and South Atlantic",
    countries:
      "AG AI AR AW BB BM BO BQ BR BS BZ CL CO CR CW DM DO EC FK GD GS GT GY HN HT JM KN KY LC MS MX NI PA PE PY " +
      "SR SV SX TC TT UY VC VE VG",
  },
  /** Hong Kong, Macao and Taiwan have laws of their own; mainland China's does not apply there. AQ has none at all. */
  APAC: {
    title: "Asia and Pacific",
    countries:
      "AF AQ AU BD BN BT CC CK CX FJ FM HK HM ID IN IO JP KH KI KR LA LK MH MM MN MO MV MY NF NP NR NU NZ PG PH PK " +
      "PN PW SB SG TH TK TL TO TV TW VN VU WS",
  },
  /** PIPL and the Cybersecurity Law: personal data of residents stays in mainland China. */
  CN: { title: "Mainland China", countries: "CN" },
  /** Federal Law 152-FZ wants the data on Russian soil, where AWS has no region: most catalogs refuse it. */
  RU: { title: "Russia", countries: "RU" },
  /** Localisation laws of differing strength (Kazakhstan, Uzbekistan); kept apart so that a catalog can refuse them. */
  EURASIA: { title: "Belarus and Central Asia", countries: "BY KG KZ TJ TM UZ" },
  "MIDDLE-EAST": { title: "Middle East", countries: "AE BH IL IQ JO KW LB OM PS QA SA YE" },
  AFRICA: {
    title: "Africa",
    countries:
      "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA " +
      "NE NG RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW",
  },
  /** Under comprehensive United States export controls, which bind AWS customers too: ask counsel before serving. */
  EMBARGOED: { title: "Comprehensive export controls", countries: "CU IR KP SY" },
} as const satisfies Record<string, BuiltInJurisdiction>;

/** Every assigned ISO 3166-1 alpha-2 code, upper case, to the name of its built-in jurisdiction. */
export const builtInCountries: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(builtInJurisdictions)
    .flatMap(([name, { countries }]) => countries.split(" ").map((country): [string, string] => [country, name]))
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);
