/** Environment variables that separate processes of one update must agree on. */
export const variables = {
  /** `true`: the program makes routers that serve no traffic. The gate sets it for a new environment. */
  closed: "CELLS_CLOSED",
} as const;
