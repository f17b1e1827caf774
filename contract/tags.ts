/** Tags that every resource of a cell carries. Bills, access rules and policies read them. */
export const requiredTags = ["cell", "environment", "locality", "data-residency", "managed-by"] as const;
