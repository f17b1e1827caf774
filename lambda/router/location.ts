/** Longest Location; API Gateway limits all headers together to 10,240 bytes. */
const longest = 8192;

/** A segment of one or two dots: in a Location it leads to another path, even encoded. */
const dots = /(?:^|\/)\.\.?(?:\/|$)/;
/** Characters that URLs read as something else, or drop. */
const unsaid = /[%\\\t\n\r]/g;

/**
 * The same path and query at a cell; undefined when no Location can express them. The origin comes from the table only:
 * path and query are set on a URL that already has it, and the origin is compared once more.
 *
 * @param path percent-decoded, as HTTP APIs pass it, so `%` and `\` are literal.
 * @param query still encoded.
 */
export function locationAt(endpoint: string, path: string, query: string): string | undefined {
  if (dots.test(path)) return undefined;
  const url = new URL(endpoint);
  const { origin } = url;
  url.pathname = path.replace(unsaid, encodeURIComponent);
  // With a question mark: the setter would drop one that begins the query itself.
  url.search = query === "" ? "" : `?${query}`;
  // The setter encodes an apostrophe, and a query may be signed as it was sent. One that came encoded stays so.
  const location = query.includes("'") ? withApostrophes(url, query) : url.href;
  return url.origin === origin && location.startsWith(`${origin}/`) && location.length <= longest
    ? location
    : undefined;
}

function withApostrophes(url: URL, query: string): string {
  const part = new URL(url.origin);
  const encoded = query.split("'").map((text) => {
    part.search = `?${text}`;
    // Text between two apostrophes may be empty, and then there is no question mark.
    return part.search.slice(1);
  });
  return `${url.origin}${url.pathname}?${encoded.join("'")}`;
}
