/** Longest Location that is sent; API Gateway limits all headers together to 10,240 bytes. */
const longest = 8192;

/** A segment of one or two dots: whoever reads it in a Location goes to another path, also when it is encoded. */
const dots = /(?:^|\/)\.\.?(?:\/|$)/;
/** What URLs read as something else, or leave out. */
const unsaid = /[%\\\t\n\r]/g;

/**
 * The same path and query at a cell: undefined when that cannot be said in a Location. The origin comes from the table
 * only: path and query are set on a URL that already has it, and the origin is compared once more.
 *
 * @param path percent-decoded, as HTTP APIs hand it over, so `%` and `\` stand for themselves.
 * @param query still encoded.
 */
export function locationAt(endpoint: string, path: string, query: string): string | undefined {
  if (dots.test(path)) return undefined;
  const url = new URL(endpoint);
  const { origin } = url;
  url.pathname = path.replace(unsaid, encodeURIComponent);
  // With its mark: of a query that begins with one, the setter would take that for it.
  url.search = query === "" ? "" : `?${query}`;
  return url.origin === origin && url.href.startsWith(`${origin}/`) && url.href.length <= longest
    ? url.href
    : undefined;
}
