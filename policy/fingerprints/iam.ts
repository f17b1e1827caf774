import { contentOf } from "../literals/content";
import { parseArn, type Arn } from "../literals/extract";
import { canName, isSpokenFor, reachable } from "./globs";
import type { Fingerprints, Hit } from "./fingerprints";

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** How a document is used: in an endpoint's policy `Principal: *` means all clients of the endpoint. */
export type DocumentUse = "any" | "endpoint";

/** Condition keys that limit a statement to one cell, account, network or source. */
const binding =
  /^(?:[a-z0-9-]+:(?:resourcetag|requesttag)\/cell|aws:principaltag\/cell|aws:principalaccount|aws:resourceaccount|aws:sourceaccount|aws:sourcearn|aws:sourcevpc|aws:sourcevpce|kms:calleraccount|cloudwatch:namespace|s3:prefix|aws:principalarn)$/i;

/** Actions that take no resource or only list names: with `Resource: *` they reach no cell's data. */
const harmless =
  /^(?:(?!s3:|dynamodb:|secretsmanager:)[a-z0-9-]+:(?:Describe|List)[A-Za-z*]*|ecr:GetAuthorizationToken|sts:GetCallerIdentity|cloudwatch:(?:PutMetricData|GetMetric[A-Za-z]*)|xray:[A-Za-z*]+|ec2messages:[A-Za-z*]+|ssmmessages:[A-Za-z*]+|ssm:UpdateInstanceInformation|tag:Get[A-Za-z]*|route53:GetChange|kms:GenerateRandom|s3:ListAllMyBuckets|secretsmanager:GetRandomPassword|logs:(?:Create|Get|Update|Delete|List)LogDeliver[A-Za-z]*|logs:PutResourcePolicy)$/;

/** What a policy document reaches of other cells, seen from `own`. Deny statements reach nothing. Pure. */
export function reachOf(document: object, own: string, prints: Fingerprints, use: DocumentUse = "any"): readonly Hit[] {
  const { Statement: given } = document as { Statement?: unknown };
  return list(given).flatMap((one) => {
    const statement = typeof one === "object" && one !== null ? (one as Statement) : {};
    return statement.Effect === "Deny" ? [] : reach(statement, own, prints, use);
  });
}

function reach(statement: Statement, own: string, prints: Fingerprints, use: DocumentUse): readonly Hit[] {
  const isBound = bound(statement.Condition, own, prints);
  const named = [
    ...(use === "endpoint" ? [] : principals(statement, own, prints, isBound)),
    ...conditions(statement.Condition, own, prints),
  ];
  // In a resource's own policy `*` means that resource.
  const isOfResource =
    use !== "endpoint" && (statement.Principal !== undefined || statement.NotPrincipal !== undefined);
  const actions = texts(statement.Action);
  const isHarmless =
    statement.NotAction === undefined && actions.length > 0 && actions.every((action) => harmless.test(action));
  const targets = statement.NotResource === undefined ? texts(statement.Resource) : ["*"];
  const reached = targets.flatMap((target) =>
    resource(target, own, prints, { wildcards: !isBound && !isOfResource && !isHarmless }),
  );
  return [...named, ...reached];
}

function principals(
  { Principal, NotPrincipal }: Statement,
  own: string,
  prints: Fingerprints,
  isBound: boolean,
): readonly Hit[] {
  const everyCell: Hit = { cell: "every cell", evidence: "iam:principal" };
  if (NotPrincipal !== undefined) return isBound ? [] : [everyCell];
  if (Principal === undefined) return [];
  const groups = typeof Principal === "string" ? { AWS: Principal } : (Principal as Record<string, unknown>);
  return Object.entries(groups ?? {}).flatMap(([kind, given]) => {
    if (kind === "Service") return [];
    return texts(given).flatMap((text): readonly Hit[] => {
      if (text === "*") return isBound ? [] : [everyCell];
      if (/^\d{12}$/.test(text)) return account(text, own, prints);
      const arn = parseArn(text);
      if (arn !== undefined && /[*?]/.test(arn.resource)) {
        return resource(text, own, prints, { wildcards: !isBound }).map((one) => ({
          ...one,
          evidence: "iam:principal",
        }));
      }
      return literals(text, own, prints, "iam:principal");
    });
  });
}

function account(id: string, own: string, prints: Fingerprints): readonly Hit[] {
  const cell = prints.foreignAccount(id, own);
  return cell === undefined ? [] : [{ cell, evidence: "iam:account" }];
}

/** Values of conditions that allow; what a condition excludes is not reached. */
function conditions(condition: unknown, own: string, prints: Fingerprints): readonly Hit[] {
  return operators(condition).flatMap(([operator, keys]) => {
    if (/Not/i.test(operator)) return [];
    return Object.entries(keys).flatMap(([key, values]) => [
      ...literals(key, own, prints, "iam:condition"),
      ...texts(values).flatMap((value) =>
        /account$/i.test(key) ? account(value, own, prints) : literals(value, own, prints, "iam:condition", true),
      ),
    ]);
  });
}

/** True when a condition limits the statement to the own cell. Operators that pass without the key do not count. */
function bound(condition: unknown, own: string, prints: Fingerprints): boolean {
  return operators(condition).some(([operator, keys]) => {
    if (/Not|IfExists$|^ForAllValues|^Null$/i.test(operator)) return false;
    return Object.entries(keys).some(([key, values]) => {
      if (!binding.test(key)) return false;
      const given = texts(values);
      const namesCell = /\/cell$|namespace$|prefix$|principalarn$/i.test(key);
      return (
        given.length > 0 &&
        given.every((value) => (namesCell ? isSpokenFor(value, own, prints) : !/^[*?]*$/.test(value)))
      );
    });
  });
}

function resource(
  text: string,
  own: string,
  prints: Fingerprints,
  { wildcards }: { wildcards: boolean },
): readonly Hit[] {
  const arn: Arn | undefined = text === "*" ? parseArn("arn:*:*:*:*:*") : parseArn(text);
  if (arn === undefined) return literals(text, own, prints, "iam:resource");
  const direct = prints.foreignArn(arn, own);
  if (direct !== undefined) return [{ ...direct, evidence: "iam:resource" }];
  if (!wildcards || !/[*?]/.test(arn.resource)) return [];
  const segments = nameSegments(arn);
  if (segments.some((segment) => isSpokenFor(segment, own, prints))) return [];
  const open = segments.filter((segment) => /[*?]/.test(segment));
  const others = reachable(arn, own, prints);
  const other = others.find((print) => open.some((segment) => canName(segment, print)));
  return other === undefined ? [] : [{ cell: other.id, evidence: "iam:wildcard" }];
}

/** Services whose names are paths: a wildcard further down can still match several cells. */
const paths = new Set(["logs", "ssm", "secretsmanager", "iam", "*"]);
/** Services whose ARNs contain the name without a type before it. */
const untyped = new Set(["s3", "sns", "sqs"]);

/** The segments of an ARN's resource that are names: all of a path, else the first. */
function nameSegments({ service, resource: text }: Arn): readonly string[] {
  const all = text.split(/[:/]/);
  const named = untyped.has(service) || all.length === 1 ? all : all.slice(1);
  if (paths.has(service)) return named;
  const first = named.findIndex((segment) => segment !== "");
  return first < 0 ? [] : [named[first]!];
}

function literals(
  text: string,
  own: string,
  prints: Fingerprints,
  evidence: string,
  withReach = false,
): readonly Hit[] {
  const found = contentOf(text).literals.map((literal) => prints.foreign(literal, own, withReach));
  return found
    .filter((one) => one !== undefined)
    .slice(0, 1)
    .map((one) => ({ ...one, evidence }));
}

function operators(condition: unknown): readonly (readonly [string, Record<string, unknown>])[] {
  if (typeof condition !== "object" || condition === null) return [];
  return Object.entries(condition).filter((entry): entry is [string, Record<string, unknown>] => {
    return typeof entry[1] === "object" && entry[1] !== null;
  });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function texts(value: unknown): readonly string[] {
  return list(value).filter((one): one is string => typeof one === "string");
}
