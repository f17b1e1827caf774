/**
 * Type tokens of the components that own resources. They are in the state of every deployed environment, so changing
 * one replaces everything below it.
 */

/** One cell. */
export const cellType = "cells:index:CellStack";
/** One router, in one region. */
export const routerType = "cells:index:CellRouter";
/** What all cells share at the edge: the parent zone and its delegations. */
export const edgeType = "cells:index:Edge";
/** Registry, operations and admin API. */
export const controlPlaneType = "cells:index:ControlPlane";
/** What must exist before the first cell. */
export const foundationType = "cells:index:Foundation";
