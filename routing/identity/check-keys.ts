import { join, type MemberReader } from "./member-reader";
import { longestKeyId, tokenAlgorithms, type TokenAlgorithm, type TokenKey } from "./settings";

/** Public numbers and algorithms of one type of key. */
interface KeyType {
  readonly numbers: readonly string[];
  readonly algorithms: readonly TokenAlgorithm[];
}

/** By `kty` and curve. RFC 7518, section 3.1, and RFC 8037. */
const keyTypes: Readonly<Record<string, KeyType>> = {
  RSA: { numbers: ["n", "e"], algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] },
  "EC P-256": { numbers: ["crv", "x", "y"], algorithms: ["ES256"] },
  "EC P-384": { numbers: ["crv", "x", "y"], algorithms: ["ES384"] },
  "EC P-521": { numbers: ["crv", "x", "y"], algorithms: ["ES512"] },
  "OKP Ed25519": { numbers: ["crv", "x"], algorithms: ["EdDSA"] },
};

/** Members that only a private or shared key has. */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/** Members that are ignored. `jku` and `x5u` are refused: keys are never fetched. */
const ignoredMembers = ["use", "key_ops", "x5c", "x5t", "x5t#S256", "ext"];
/** Characters of a modulus of 2,048 bits in base64url: RFC 7518 requires at least that. */
const leastModulus = 342;

/** The pinned keys of one issuer, each bound to one algorithm of the issuer's list. */
export function checkKeys(
  check: MemberReader,
  path: string,
  value: unknown,
  algorithms: readonly TokenAlgorithm[],
): readonly TokenKey[] {
  const seen = new Set<string>();
  return check.list(path, value, "a list of public keys, as in a JWKS").flatMap((item, index) => {
    const key = checkKey(check, `${path}[${index}]`, item, algorithms);
    if (key === undefined) return [];
    if (seen.has(key.kid))
      check.fail(`${path}[${index}].kid`, "is used by another key: every key needs an id of its own");
    seen.add(key.kid);
    return [key];
  });
}

function checkKey(
  check: MemberReader,
  path: string,
  value: unknown,
  algorithms: readonly TokenAlgorithm[],
): TokenKey | undefined {
  const before = check.mistakes.length;
  const all = ["kty", "kid", "alg", "crv", "x", "y", "n", "e", ...ignoredMembers, ...secretMembers];
  const jwk = check.object(path, value, all, "a public key as a JWK");
  const secret = secretMembers.find((name) => name in jwk);
  if (secret !== undefined) {
    return check.fail(
      path,
      `has ${secret}, so it is not a public key: write the public part, and replace the exposed key`,
    );
  }
  if (check.mistakes.length > before) return undefined;
  const kid = check.text(join(path, "kid"), jwk["kid"], keyId, `1 to ${longestKeyId} printable characters`);
  if (jwk["use"] !== undefined && jwk["use"] !== "sig") check.fail(join(path, "use"), "must be sig, or left out");
  const name = jwk["kty"] === "RSA" ? "RSA" : `${String(jwk["kty"])} ${String(jwk["crv"])}`;
  const type = Object.hasOwn(keyTypes, name) ? keyTypes[name] : undefined;
  if (type === undefined) return check.fail(join(path, "kty"), `must be one of ${Object.keys(keyTypes).join(", ")}`);

  const fitting = type.algorithms.filter((each) => algorithms.includes(each));
  const alg = algorithmOf(check, path, jwk["alg"], fitting);
  const numbers: Record<string, string> = {};
  for (const number of type.numbers) {
    numbers[number] = check.text(join(path, number), jwk[number], base64url, "base64url text");
  }
  if (numbers["n"] !== undefined && numbers["n"] !== "" && numbers["n"].length < leastModulus) {
    check.fail(join(path, "n"), "must have 2,048 bits or more");
  }
  return alg === undefined || check.mistakes.length > before
    ? undefined
    : { kid, alg, kty: name.split(" ")[0]!, ...numbers };
}

const keyId = new RegExp(`^[\\x21-\\x7e]{1,${longestKeyId}}$`);
const base64url = /^[A-Za-z0-9_-]{1,2048}$/;

function algorithmOf(
  check: MemberReader,
  path: string,
  value: unknown,
  fitting: readonly TokenAlgorithm[],
): TokenAlgorithm | undefined {
  const place = join(path, "alg");
  if (fitting.length === 0) return check.fail(path, "fits none of the issuer's algorithms");
  if (value === undefined && fitting.length === 1) return fitting[0];
  const found = tokenAlgorithms.find((each) => each === value);
  if (found !== undefined && fitting.includes(found)) return found;
  return check.fail(place, `must be ${fitting.join(" or ")}, by the key's type and the issuer's algorithms`);
}
