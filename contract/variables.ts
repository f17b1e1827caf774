/** Environment variables that separate processes of one update must agree on. */
export const variables = {
  /** `true`: the program makes routers that serve no traffic. The gate sets it for a new environment. */
  closed: "CELLS_CLOSED",
  /** JSON: what cells keep in this update, because AWS takes its change only in the next one. The gate sets it. */
  held: "CELLS_HELD",
} as const;
