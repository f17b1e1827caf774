import { contentOf } from "../literals/content";
import { parseArn, type Arn } from "../literals/extract";
import { canName, isSpokenFor, matches, reachable } from "./globs";
import type { Fingerprints, Hit } from "./fingerprints";
import { neutralName, untyped } from "./identities";

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

/** Condition keys that speak of the caller and its network; every other key speaks of the resource or the request. */
const ofCaller =
  /^(?:aws:(?:principal|source|called|via|vpce|user|federated|multifactor|token|secure|current|epoch|requestedregion|referer|viaawsservice)|kms:calleraccount|kms:viaservice|iam:passedtoservice|iam:awsservicename|elasticfilesystem:accessedviamounttarget|sts:|saml:)/i;

/** Keys whose value is an account; it binds nothing where cells share the account. */
const ofAccount = /account$/i;

/**
 * Actions that reach no cell's data with `Resource: *`: they take no resource, only list names, or use what is the
 * account's and no cell's. Services without permissions for single resources: AWS Service Authorization Reference.
 */
const harmless = new RegExp(
  `^(?:${[
    "(?!s3:|dynamodb:|secretsmanager:)[a-z0-9-]+:(?:Describe|List)[A-Za-z*]*",
    "(?:ce|cur|pricing|health|support|supportplans|trustedadvisor|textract|polly|translate|comprehendmedical|tiros|freetier|tax|savingsplans|compute-optimizer|cost-optimization-hub|ec2messages|ssmmessages|xray|mobileanalytics|sustainability|aws-portal|bcm-[a-z-]+|consolidatedbilling|invoicing|payments|purchase-orders|discovery|importexport|ssm-guiconnect|sqlworkbench|aws-marketplace|aws-marketplace-management|identity-sync):[A-Za-z*]+",
    "rekognition:(?:Detect|Compare|Recognize)[A-Za-z*]+",
    "comprehend:(?:Detect|BatchDetect|Contains)[A-Za-z*]+",
    "transcribe:StartStream[A-Za-z]+",
    "bedrock:(?:InvokeModel|Converse|ApplyGuardrail)[A-Za-z]*",
    "sts:(?:Get[A-Za-z*]+|DecodeAuthorizationMessage|TagSession)",
    "tag:(?:Get|Describe)[A-Za-z*]+",
    "cloudwatch:(?:PutMetricData|GetMetric[A-Za-z]*|GenerateQuery)",
    "ecr:GetAuthorizationToken|ecr-public:GetAuthorizationToken|codeartifact:GetAuthorizationToken",
    "ec2:Get(?:SecurityGroupsForVpc|CoipPoolUsage|IpamPool\\w*|InstanceTypes\\w*|InstanceMetadataDefaults|SpotPlacementScores|EbsEncryptionByDefault|DefaultCreditSpecification|SubnetCidrReservations|ManagedPrefixList\\w*)",
    "iam:(?:Get|List|Simulate)[A-Za-z*]+|iam:CreateServiceLinkedRole",
    "acm:Get[A-Za-z*]+|waf(?:v2|-regional)?:Get[A-Za-z*]+|shield:Get[A-Za-z*]+|cognito-idp:DescribeUserPoolClient",
    "servicequotas:Get[A-Za-z*]+|autoscaling-plans:Get[A-Za-z*]+|account:Get[A-Za-z*]+|organizations:(?:Describe|List)[A-Za-z*]+",
    "ssm:(?:UpdateInstanceInformation|PutInventory|PutComplianceItems|UpdateInstanceAssociationStatus|UpdateAssociationStatus|PutConfigurePackageResult|GetDeployablePatchSnapshotForInstance|GetManifest)",
    "route53:Get(?:Change|HostedZoneCount|CheckerIpRanges|GeoLocation)|route53domains:Check[A-Za-z]+",
    "ses:GetSend(?:Quota|Statistics)",
    "kms:GenerateRandom|secretsmanager:(?:GetRandomPassword|ListSecrets)",
    "s3:(?:ListAllMyBuckets|GetAccountPublicAccessBlock|ListAccessPoints|ListStorageLensConfigurations|ListJobs|GetBucketLocation)",
    "dynamodb:(?:List(?:Tables|Streams|GlobalTables|Backups|Exports|Imports|ContributorInsights)|Describe(?:Limits|Endpoints|ReservedCapacity[A-Za-z]*))",
    "logs:(?:Create|Get|Update|Delete|List)LogDeliver[A-Za-z]*|logs:PutResourcePolicy",
  ].join("|")})$`,
);

/**
 * Actions that published policies of a cluster's controllers ask for on all resources (AWS Load Balancer Controller,
 * EBS CSI driver, VPC CNI, cluster-autoscaler, Karpenter, external-dns, cert-manager, Fluent Bit). Which resources the
 * controller then uses no policy shows, so they are undecided.
 */
const ofControllers = new RegExp(
  `^(?:${[
    "ec2:(?:Authorize|Revoke)SecurityGroup(?:In|E)gress|ec2:(?:Create|Delete)SecurityGroup|ec2:(?:Create|Delete)Tags|ec2:(?:RunInstances|CreateFleet|CreateLaunchTemplate)",
    "ec2:(?:Attach|Detach|Modify|Create|Delete)Volume|ec2:(?:Create|Delete|Restore)Snapshots?|ec2:EnableFastSnapshotRestores|ec2:CopySnapshot|ec2:ModifyVolume",
    "ec2:(?:Attach|Detach|Create|Delete)NetworkInterface|ec2:ModifyNetworkInterfaceAttribute|ec2:(?:Assign|Unassign)(?:PrivateIpAddresses|Ipv6Addresses)",
    "elasticloadbalancing:(?:Add|Remove|Create|Delete|Modify|Register|Deregister|Set)[A-Za-z]+",
    "(?:wafv2|waf-regional):(?:Associate|Disassociate)WebACL|shield:(?:Create|Delete)Protection",
    "autoscaling:(?:SetDesiredCapacity|TerminateInstanceInAutoScalingGroup|CompleteLifecycleAction)",
    "route53:(?:ChangeResourceRecordSets|GetHostedZone)",
    "logs:(?:CreateLogGroup|CreateLogStream|PutLogEvents|PutRetentionPolicy|TagResource)",
    "ecr:(?:BatchGetImage|GetDownloadUrlForLayer|BatchCheckLayerAvailability|GetRepositoryPolicy|GetLifecyclePolicy\\w*)",
    "aps:(?:RemoteWrite|GetLabels|GetSeries|GetMetricMetadata)",
    "eks-auth:AssumeRoleForPodIdentity",
    "globalaccelerator:(?:Update|Add|Remove)Endpoint[A-Za-z]*",
  ].join("|")})$`,
);

/** Actions by which others send something to the resource that the policy belongs to. */
const receives =
  /^(?:sqs:(?:SendMessage|\*)|sns:(?:Publish|\*)|lambda:(?:InvokeFunction|\*)|events:PutEvents|kinesis:Put\w+|firehose:Put\w+)$/i;

/** Statements of a policy document, without those that deny. */
export function allowing(document: object): readonly Statement[] {
  return list((document as { Statement?: unknown }).Statement)
    .map((one) => (typeof one === "object" && one !== null ? (one as Statement) : {}))
    .filter(({ Effect }) => Effect !== "Deny");
}

/** What a policy document reaches of other cells, seen from `own`. Deny statements reach nothing. Pure. */
export function reachOf(document: object, own: string, prints: Fingerprints, use: DocumentUse = "any"): readonly Hit[] {
  const statements = opened(allowing(document), own, prints);
  return statements.flatMap((statement) => reach(statement, own, prints, use));
}

/** AWS's own policies that give data or changes of all resources of the account. */
const accountWide =
  /^arn:[^:]*:iam::aws:policy\/(?:job-function\/|service-role\/)?(?:AdministratorAccess|PowerUserAccess|ReadOnlyAccess|SecretsManagerReadWrite|(?:System|Database|Network)Administrator|DataScientist|AWSKeyManagementServicePowerUser|(?:Amazon(?:S3|DynamoDB|SSM|SQS|Kinesis|Athena|MSK)|AWSLambda_|CloudWatch(?:Logs)?)ReadOnlyAccess|(?!AWSXray|AWSPriceList|AmazonPolly|AmazonTextract|AmazonRekognition|Translate|Comprehend)\w+FullAccess(?:_?[vV]\d)?)$/;

/** What one of AWS's own policies reaches of other cells. */
export function reachOfManaged(text: string, own: string, prints: Fingerprints): Hit | undefined {
  return accountWide.test(text)
    ? reachOf({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }, own, prints)[0]
    : undefined;
}

/** True for an identity's statement that lets it choose its own tags. */
function mayRetag({ Principal, Action, Condition }: Statement, own: string, prints: Fingerprints): boolean {
  return (
    Principal === undefined &&
    texts(Action).some((action) =>
      ["iam:TagRole", "iam:TagUser", "sts:TagSession"].some((one) => matches(action, one)),
    ) &&
    !bound(Condition, own, prints, false)
  );
}

/** Statements with `*` for the variables whose value the caller chooses. */
function opened(statements: readonly Statement[], own: string, prints: Fingerprints): readonly Statement[] {
  const text = JSON.stringify(statements);
  if (!/\$\{aws:(?:Request|Principal)Tag\//i.test(text)) return statements;
  const isFree = statements.some((statement) => mayRetag(statement, own, prints));
  const chosen = isFree ? /\$\{aws:(?:RequestTag\/[^}"]*|PrincipalTag\/cell)\}/gi : /\$\{aws:RequestTag\/[^}"]*\}/gi;
  return JSON.parse(text.replace(chosen, "*")) as readonly Statement[];
}

function reach(statement: Statement, own: string, prints: Fingerprints, use: DocumentUse): readonly Hit[] {
  const isHeld = bound(statement.Condition, own, prints, true);
  // An endpoint's policy gives no access, it only limits: what it leaves open the callers' own policies must allow.
  const isBound =
    bound(statement.Condition, own, prints, false) || (use === "endpoint" && isOfOneAccount(statement.Condition));
  // In a resource's own policy `*` means that resource.
  const isOfResource =
    use !== "endpoint" && (statement.Principal !== undefined || statement.NotPrincipal !== undefined);
  const named = [
    ...(use === "endpoint" ? [] : principals(statement, own, prints, isHeld)),
    ...conditions(statement.Condition, own, prints),
    ...(isOfResource && !isHeld ? senders(statement, own, prints) : []),
  ];
  const actions = texts(statement.Action).filter((action) => !harmless.test(action));
  const isHarmless = statement.NotAction === undefined && texts(statement.Action).length > 0 && actions.length === 0;
  const isOpen =
    (statement.NotAction === undefined &&
      actions.length > 0 &&
      actions.every((action) => ofControllers.test(action))) ||
    isTagged(statement.Condition);
  const targets = statement.NotResource === undefined ? texts(statement.Resource) : ["*"];
  const reached = targets.flatMap((target) =>
    resource(target, own, prints, { wildcards: !isBound && !isOfResource && !isHarmless }).map((one) =>
      isOpen && one.evidence === "iam:wildcard" ? { ...one, isOpen } : one,
    ),
  );
  return [...named, ...reached];
}

/** Senders that a resource's policy lets in by a wildcard: `arn:aws:sns:eu-west-1:*:*` is every cell's topic. */
function senders({ Principal, Action, Condition }: Statement, own: string, prints: Fingerprints): readonly Hit[] {
  const actions = texts(Action);
  if (!actions.some((action) => receives.test(action) || action === "*")) return [];
  const sources = operators(Condition).flatMap(([operator, keys]) =>
    /Not|^Null$/i.test(operator)
      ? []
      : Object.entries(keys).flatMap(([key, values]) => (/^aws:sourcearn$/i.test(key) ? texts(values) : [])),
  );
  if (sources.length > 0)
    return sources.flatMap((source) =>
      resource(source, own, prints, { wildcards: true }).map((one) => ({ ...one, evidence: "iam:condition" })),
    );
  const services =
    typeof Principal === "object" && Principal !== null ? texts((Principal as { Service?: unknown }).Service) : [];
  const isAny = services.some((service) => /^(?:sns|s3)\.amazonaws\.com/.test(service));
  return isAny ? [{ cell: "every cell", evidence: "iam:principal", isOpen: true }] : [];
}

function principals(
  { Principal, NotPrincipal, Condition }: Statement,
  own: string,
  prints: Fingerprints,
  isBound: boolean,
): readonly Hit[] {
  // A condition on the account that cells share leaves open which of them calls.
  const isOpen = operators(Condition).some(
    ([operator, keys]) =>
      !/Not/i.test(operator) && Object.keys(keys).some((key) => ofCaller.test(key) && ofAccount.test(key)),
  );
  const everyCell: Hit = { cell: "every cell", evidence: "iam:principal", ...(isOpen ? { isOpen } : {}) };
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
        ofAccount.test(key) ? account(value, own, prints) : literals(value, own, prints, "iam:condition", true),
      ),
    ]);
  });
}

/**
 * True when a condition limits the statement to the own cell: its resources, or with `byCaller` its callers. Operators
 * that pass without the key do not count.
 */
function bound(condition: unknown, own: string, prints: Fingerprints, byCaller: boolean): boolean {
  return operators(condition).some(([operator, keys]) => {
    if (/Not|IfExists$|^ForAllValues|^Null$/i.test(operator)) return false;
    return Object.entries(keys).some(([key, values]) => {
      if (ofCaller.test(key) !== byCaller) return false;
      const given = texts(values);
      if (given.length === 0) return false;
      if (ofAccount.test(key)) return given.every((value) => /^\d{12}$/.test(value) && prints.isAlone(value, own));
      // One principal, which `conditions` judges.
      if (/^aws:principalarn$/i.test(key))
        return given.every((value) => !/[*?]/.test(value) || isSpokenFor(value, own, prints));
      // A key is then used by a service, for a resource that the service has checked.
      if (/:sourcevpce?$|accessedviamounttarget$|^kms:viaservice$/i.test(key))
        return given.every((value) => !/^[*?]*$/.test(value));
      // What the request itself creates did not exist before.
      if (/^(?:ec2:createaction|elasticloadbalancing:createaction)$/i.test(key)) return true;
      // A tag whose name contains the cell's (`kubernetes.io/cluster/dev-cell-1-app`), with any value.
      if (/(?:resource|request|principal)tag\/./i.test(key) && isSpokenFor(key, own, prints)) return true;
      return given.every(
        (value) => isSpokenFor(value, own, prints) || prints.texts.get(value) === own || isOwnTag(key, value),
      );
    });
  });
}

/** True when callers or resources must be of a certain account. */
function isOfOneAccount(condition: unknown): boolean {
  return operators(condition).some(
    ([operator, keys]) =>
      !/Not|IfExists$|^ForAllValues|^Null$/i.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          ofAccount.test(key) && texts(values).length > 0 && texts(values).every((value) => /^\d{12}$/.test(value)),
      ),
  );
}

/** `aws:ResourceTag/cell` = `\${aws:PrincipalTag/cell}`: access by attributes, both of which name the cell. */
function isOwnTag(key: string, value: string): boolean {
  return /(?:resource|request)tag\/cell$/i.test(key) && /^\$\{aws:PrincipalTag\/cell\}$/i.test(value);
}

/** True when a tag of the resource must be present, or must have a value that does not name the cell. */
function isTagged(condition: unknown): boolean {
  return operators(condition).some(
    ([operator, keys]) =>
      !/Not|IfExists$|^ForAllValues/i.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          /(?:resource|request)tag\/./i.test(key) &&
          !/tag\/cell$/i.test(key) &&
          (/^Null$/i.test(operator)
            ? texts(values).every((value) => value === "false")
            : /[./]/.test(key.split("ag/")[1]!)),
      ),
  );
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
  if (!wildcards || !/[*?]/.test(arn.resource) || ofAws.test(text)) return [];
  const segments = nameSegments(arn);
  if (segments.some((segment) => isSpokenFor(segment, own, prints))) return [];
  const open = segments.filter((segment) => /[*?]/.test(segment));
  const others = reachable(arn, own, prints);
  const other =
    others.find((print) => open.some((segment) => canName(segment, print)))?.id ??
    prints
      .neutral(arn)
      .find(
        ([name, cell]) => cell !== own && [name, `${name}/`, `${name}:`].some((one) => matches(neutralName(arn), one)),
      )?.[1];
  return other === undefined ? [] : [{ cell: other, evidence: "iam:wildcard" }];
}

/** AWS's own: managed policies, public parameters, models. */
const ofAws = /^arn:[^:]*:(?:iam::aws:|ssm:[^:]*:[^:]*:parameter\/aws\/|bedrock:[^:]*::)/;

/** Services whose names are paths: a wildcard further down can still match several cells. */
const paths = new Set(["logs", "ssm", "secretsmanager", "iam", "*"]);

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
