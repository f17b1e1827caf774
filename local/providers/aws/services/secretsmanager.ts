import * as secrets from "@aws-sdk/client-secrets-manager";

import { resource, type Cloud, type ResourceDefinition } from "../resource";
import { tagChanges, tagList, tagMap } from "../tags";

function client(cloud: Cloud): secrets.SecretsManagerClient {
  return cloud.client(secrets.SecretsManagerClient);
}

/** Id: the secret's ARN. */
const secret = resource({
  token: "aws:secretsmanager/secret:Secret",
  localOnly: ["recoveryWindowInDays", "forceOverwriteReplicaSecret"],
  async create(cloud, inputs) {
    const { ARN } = await client(cloud).send(
      new secrets.CreateSecretCommand({
        Name: inputs["name"],
        Description: inputs["description"],
        KmsKeyId: inputs["kmsKeyId"],
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id: ARN ?? "", outputs: { arn: ARN, name: inputs["name"] } };
  },
  async read(cloud, id) {
    const found = await client(cloud).send(new secrets.DescribeSecretCommand({ SecretId: id }));
    if (found.DeletedDate !== undefined) return undefined;
    return {
      arn: found.ARN,
      name: found.Name,
      description: found.Description || undefined,
      kmsKeyId: found.KmsKeyId,
      tags: tagMap(found.Tags),
    };
  },
  async update(cloud, id, inputs, olds, changed) {
    if (changed.has("description") || changed.has("kmsKeyId")) {
      await client(cloud).send(
        new secrets.UpdateSecretCommand({
          SecretId: id,
          Description: inputs["description"] ?? "",
          KmsKeyId: inputs["kmsKeyId"],
        }),
      );
    }
    if (changed.has("tags")) {
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) {
        await client(cloud).send(new secrets.TagResourceCommand({ SecretId: id, Tags: tagList(set) }));
      }
      if (remove.length > 0) {
        await client(cloud).send(new secrets.UntagResourceCommand({ SecretId: id, TagKeys: remove }));
      }
    }
  },
  async delete(cloud, id, state) {
    const days = (state["recoveryWindowInDays"] as number | undefined) ?? 30;
    await client(cloud).send(
      new secrets.DeleteSecretCommand({
        SecretId: id,
        ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
      }),
    );
  },
});

/** Id: `<secret ARN>|<version id>`. A version never changes: a new content is a new version. */
const secretVersion = resource({
  token: "aws:secretsmanager/secretVersion:SecretVersion",
  secretOutputs: ["secretString"],
  async create(cloud, inputs) {
    const { ARN, VersionId, VersionStages } = await client(cloud).send(
      new secrets.PutSecretValueCommand({
        SecretId: inputs["secretId"],
        SecretString: inputs["secretString"],
        VersionStages: inputs["versionStages"],
      }),
    );
    return {
      id: `${ARN}|${VersionId}`,
      outputs: { arn: ARN, secretArn: ARN, versionId: VersionId, versionStages: VersionStages },
    };
  },
  async read(cloud, id) {
    const [SecretId, VersionId] = id.split("|");
    const found = await client(cloud).send(new secrets.GetSecretValueCommand({ SecretId, VersionId }));
    return {
      arn: found.ARN,
      secretArn: found.ARN,
      secretId: SecretId,
      secretString: found.SecretString,
      versionId: found.VersionId,
      versionStages: found.VersionStages,
    };
  },
  async delete(cloud, id) {
    const [SecretId, RemoveFromVersionId] = id.split("|");
    const { VersionIdsToStages } = await client(cloud).send(new secrets.DescribeSecretCommand({ SecretId }));
    const stages = VersionIdsToStages?.[RemoveFromVersionId ?? ""] ?? [];
    // AWS keeps AWSCURRENT on some version as long as the secret lives; it goes with the secret.
    for (const VersionStage of stages.filter((stage) => stage !== "AWSCURRENT")) {
      await client(cloud).send(
        new secrets.UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId }),
      );
    }
  },
});

export const definitions: ResourceDefinition[] = [secret, secretVersion];
