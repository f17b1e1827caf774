/** AWS's codes for "not found"; deletes and reads accept them as an answer. */
const notFound =
  /NotFound|NoSuch|ResourceNotFoundException|DoesNotExist|404|NonExistent|InvalidVpcPeeringConnectionID|InvalidAllocationID/;

/** True when an SDK error means that the resource is gone. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const metadata = (error as { $metadata?: { httpStatusCode?: number } }).$metadata;
  return notFound.test(error.name) || (metadata?.httpStatusCode === 404 && error.name !== "NotImplemented");
}

/** Runs a call; the message of an error has the region, the type and AWS's code, and no values of the request. */
export async function worded<T>(region: string, token: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const name = error instanceof Error ? error.name : "Error";
    const message = error instanceof Error ? error.message : String(error);
    const hint =
      name === "NotImplemented" || /not yet implemented|NotYetImplemented/i.test(message)
        ? " (the local cloud lacks this call: extend it in local/moto/extensions)"
        : "";
    throw new Error(`${region}: ${token}: ${name}: ${message}${hint}`);
  }
}
