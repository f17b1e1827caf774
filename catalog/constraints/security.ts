import { number, when, type Constraint } from "./words";

const docs = "https://docs.aws.amazon.com/";

/** Secrets, KMS and IAM. */
export const securityConstraints: readonly Constraint[] = [
  {
    id: "SECRET-1",
    type: "aws:secretsmanager/secret:Secret",
    rule: "A secret's name has letters, digits and /_+=.@- only, and does not end in a hyphen and six characters.",
    source: `${docs}secretsmanager/latest/apireference/API_CreateSecret.html`,
    check: ({ inputs }) => {
      const name = inputs["name"];
      if (typeof name !== "string") return [];
      return [
        ...when(!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name), "name", "write 1 to 512 of letters, digits and /_+=.@-"),
        // Such an end looks like the suffix of an ARN: a search by partial ARN then finds another secret.
        ...when(/-[A-Za-z0-9]{6}$/.test(name), "name", "it ends like an ARN does (hyphen, six characters)", "warning"),
      ];
    },
  },
  {
    id: "SECRET-2",
    type: "aws:secretsmanager/secret:Secret",
    rule: "A deleted secret waits 7 to 30 days, or 0 to go at once.",
    source: `${docs}secretsmanager/latest/apireference/API_DeleteSecret.html`,
    check: ({ inputs }) => {
      const days = number(inputs["recoveryWindowInDays"]) ?? 30;
      return when(days !== 0 && (days < 7 || days > 30), "recoveryWindowInDays", "write 0, or 7 to 30");
    },
  },
  {
    id: "SECRET-3",
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    rule: "A secret value has at most 65,536 bytes.",
    source: `${docs}secretsmanager/latest/userguide/reference_limits.html`,
    check: ({ inputs }) => {
      const value = inputs["secretString"];
      const bad = typeof value === "string" && Buffer.byteLength(value) > 65_536;
      return when(bad, "secretString", "the value is larger than 65,536 bytes");
    },
  },
  {
    id: "KMS-1",
    type: "aws:kms/alias:Alias",
    rule: "An alias begins with alias/ and not with alias/aws/.",
    source: `${docs}kms/latest/APIReference/API_CreateAlias.html`,
    check: ({ inputs }) => {
      const name = inputs["name"];
      const bad = typeof name === "string" && (!/^alias\/[A-Za-z0-9/_-]+$/.test(name) || name.startsWith("alias/aws/"));
      return when(bad, "name", "write alias/ and letters, digits, slash, underscore or hyphen; alias/aws/ is Amazon's");
    },
  },
  {
    id: "IAM-1",
    type: "aws:iam/role:Role",
    rule: "The inline policies of a role have at most 10,240 characters together, not counting white space.",
    source: `${docs}IAM/latest/UserGuide/reference_iam-quotas.html`,
    check: (resource, inventory) => {
      const policies = inventory.users(resource, "role", "aws:iam/rolePolicy:RolePolicy");
      const total = policies.reduce((sum, { inputs }) => sum + dense(inputs["policy"]), 0);
      return when(total > 10_240, "name", `its inline policies have ${total} characters, more than 10,240`);
    },
  },
  {
    id: "IAM-2",
    type: "aws:iam/role:Role",
    rule: "A trust policy has at most 2,048 characters, not counting white space.",
    source: `${docs}IAM/latest/UserGuide/reference_iam-quotas.html`,
    check: ({ inputs }) => {
      const size = dense(inputs["assumeRolePolicy"]);
      return when(size > 2048, "assumeRolePolicy", `it has ${size} characters, more than 2,048`);
    },
  },
];

function dense(policy: unknown): number {
  return typeof policy === "string" ? policy.replace(/\s/g, "").length : 0;
}
