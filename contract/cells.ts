/** Every state that a cell can be in, in the order of its life; see {@link CellState}. */
export const cellStates = ["provisioning", "canary", "active", "draining", "disabled", "quarantined"] as const;

/**
 * Where a cell stands. As a home: every state but `provisioning` keeps its tenants. `active` and `canary` take new
 * tenants. `active`, `canary` and `draining` serve their own tenants; the tenants of `disabled` and `quarantined` cells
 * fail over while that lasts.
 */
export type CellState = (typeof cellStates)[number];
