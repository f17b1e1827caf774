import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  type KeyMetadata,
  type KeyUsageType,
} from "@aws-sdk/client-kms";

import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameJson } from "../shape";
import { tagChanges } from "../tags";

/** KMS spells tags `TagKey`, `TagValue`. */
function kmsTags(tags: Record<string, string> | undefined) {
  return Object.entries(tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

async function setRotation(cloud: Cloud, KeyId: string, on: boolean): Promise<void> {
  const kms = cloud.client(KMSClient);
  if (on) await kms.send(new EnableKeyRotationCommand({ KeyId }));
  else await kms.send(new DisableKeyRotationCommand({ KeyId }));
}

async function setPolicy(cloud: Cloud, KeyId: string, Policy: string): Promise<void> {
  await cloud.client(KMSClient).send(new PutKeyPolicyCommand({ KeyId, Policy, PolicyName: "default" }));
}

async function getPolicy(cloud: Cloud, KeyId: string): Promise<string | undefined> {
  const answer = await cloud.client(KMSClient).send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
  return answer.Policy;
}

/** A key that waits for its deletion can do nothing any more: it counts as gone. */
function alive(metadata: KeyMetadata | undefined): metadata is KeyMetadata {
  return metadata !== undefined && metadata.KeyState !== "PendingDeletion";
}

const key = strict(
  ["description", "enableKeyRotation", "policy", "keyUsage"],
  resource({
    token: "aws:kms/key:Key",
    localOnly: ["deletionWindowInDays", "bypassPolicyLockoutSafetyCheck"],
    async create(cloud, inputs) {
      const answer = await cloud.client(KMSClient).send(
        new CreateKeyCommand({
          Description: inputs["description"] as string | undefined,
          Policy: inputs["policy"] as string | undefined,
          KeyUsage: inputs["keyUsage"] as KeyUsageType | undefined,
          Tags: kmsTags(inputs["tags"]),
        }),
      );
      const made = answer.KeyMetadata;
      const id = made?.KeyId ?? "";
      const rotates = inputs["enableKeyRotation"] === true;
      if (rotates) await setRotation(cloud, id, true);
      return {
        id,
        outputs: { keyId: id, arn: made?.Arn, enableKeyRotation: rotates, isEnabled: true, keyUsage: made?.KeyUsage },
      };
    },
    async read(cloud, id, state) {
      const kms = cloud.client(KMSClient);
      const metadata = (await kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata;
      if (!alive(metadata)) return undefined;
      const [rotation, tags, policy] = await Promise.all([
        kms.send(new GetKeyRotationStatusCommand({ KeyId: id })),
        kms.send(new ListResourceTagsCommand({ KeyId: id })),
        state["policy"] === undefined ? undefined : getPolicy(cloud, id),
      ]);
      return {
        keyId: id,
        arn: metadata.Arn,
        description: metadata.Description,
        isEnabled: metadata.Enabled,
        keyUsage: metadata.KeyUsage,
        enableKeyRotation: rotation.KeyRotationEnabled ?? false,
        ...(policy === undefined ? {} : { policy: sameJson(state["policy"], policy) }),
        tags: Object.fromEntries((tags.Tags ?? []).map(({ TagKey, TagValue }) => [TagKey ?? "", TagValue ?? ""])),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const kms = cloud.client(KMSClient);
      if (changed.has("description")) {
        const Description = (inputs["description"] as string | undefined) ?? "";
        await kms.send(new UpdateKeyDescriptionCommand({ KeyId: id, Description }));
      }
      if (changed.has("enableKeyRotation")) await setRotation(cloud, id, inputs["enableKeyRotation"] === true);
      if (changed.has("policy") && inputs["policy"] !== undefined) await setPolicy(cloud, id, inputs["policy"]);
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) await kms.send(new TagResourceCommand({ KeyId: id, Tags: kmsTags(set) }));
      if (remove.length > 0) await kms.send(new UntagResourceCommand({ KeyId: id, TagKeys: remove }));
    },
    async delete(cloud, id, state) {
      const PendingWindowInDays = (state["deletionWindowInDays"] as number | undefined) ?? 30;
      await cloud.client(KMSClient).send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays }));
    },
  }),
);

/** The default policy that AWS gives a key, also after the deletion of our policy. */
function defaultPolicy(cloud: Cloud): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:${cloud.partition}:iam::${cloud.accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}

const keyPolicy = strict(
  ["keyId", "policy"],
  resource({
    token: "aws:kms/keyPolicy:KeyPolicy",
    localOnly: ["bypassPolicyLockoutSafetyCheck"],
    async create(cloud, inputs) {
      const { keyId, policy } = inputs as { keyId: string; policy: string };
      await setPolicy(cloud, keyId, policy);
      return { id: keyId, outputs: {} };
    },
    async read(cloud, id, state) {
      const answer = await cloud.client(KMSClient).send(new DescribeKeyCommand({ KeyId: id }));
      if (!alive(answer.KeyMetadata)) return undefined;
      return { keyId: id, policy: sameJson(state["policy"], await getPolicy(cloud, id)) };
    },
    async update(cloud, id, inputs, _olds, changed) {
      // The official provider makes no call here, and the policy stays with the old key.
      if (changed.has("keyId")) throw new Error("a key's policy cannot move to another key: replace it");
      await setPolicy(cloud, id, inputs["policy"] as string);
    },
    async delete(cloud, id) {
      await setPolicy(cloud, id, defaultPolicy(cloud));
    },
  }),
);

function aliasOutputs(cloud: Cloud, name: string, targetKeyId: string): Properties {
  const prefix = `arn:${cloud.partition}:kms:${cloud.region}:${cloud.accountId}`;
  return { name, targetKeyId, arn: `${prefix}:${name}`, targetKeyArn: `${prefix}:key/${targetKeyId}` };
}

const alias = strict(
  ["name", "targetKeyId"],
  resource({
    token: "aws:kms/alias:Alias",
    async create(cloud, inputs) {
      const { name, targetKeyId } = inputs as { name: string; targetKeyId: string };
      await cloud.client(KMSClient).send(new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }));
      return { id: name, outputs: aliasOutputs(cloud, name, targetKeyId) };
    },
    async read(cloud, id, state) {
      const KeyId = state["targetKeyId"] as string | undefined;
      const answer = await cloud.client(KMSClient).send(new ListAliasesCommand({ KeyId }));
      const found = answer.Aliases?.find(({ AliasName }) => AliasName === id);
      return found === undefined ? undefined : aliasOutputs(cloud, id, found.TargetKeyId ?? "");
    },
    async update(cloud, id, inputs) {
      const TargetKeyId = inputs["targetKeyId"] as string;
      await cloud.client(KMSClient).send(new UpdateAliasCommand({ AliasName: id, TargetKeyId }));
    },
    async delete(cloud, id) {
      await cloud.client(KMSClient).send(new DeleteAliasCommand({ AliasName: id }));
    },
  }),
);

/** Keys, their policies, their aliases. */
export const definitions: ResourceDefinition[] = [key, keyPolicy, alias];
