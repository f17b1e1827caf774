import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";

import { definitions } from "../../../local/providers/aws/services/secretsmanager";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

const make = (token: string, inputs: Record<string, unknown>) =>
  Made.create(moto.cloud(), definitions, `aws:secretsmanager/${token}`, inputs);

test("a secret and its versions live from creation to deletion, and the name is free again", async () => {
  const client = moto.client(SecretsManagerClient);
  const inputs = {
    name: "dev-cell-0/postgres",
    description: "Administrator",
    kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k",
    recoveryWindowInDays: 0,
    tags: { cell: "cell-0" },
  };
  for (const round of [1, 2]) {
    const secret = await make("secret:Secret", inputs);
    const first = await make("secretVersion:SecretVersion", { secretId: secret.id, secretString: `first ${round}` });
    const second = await make("secretVersion:SecretVersion", { secretId: secret.id, secretString: `second ${round}` });
    for (const made of [secret, first, second]) expect(await made.drift()).toEqual([]);
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret.id }));
    expect(SecretString).toBe(`second ${round}`);

    await secret.update({ description: "Changed", tags: { cell: "cell-0", more: "yes" } });
    expect(await secret.drift()).toEqual([]);

    // A replaced version is deleted after the new one is created.
    await first.delete();
    const current = await client.send(new GetSecretValueCommand({ SecretId: secret.id }));
    expect(current.SecretString).toBe(`second ${round}`);
    await second.delete();
    await secret.delete();
    expect(await secret.read()).toBeUndefined();
  }
  expect((await client.send(new ListSecretsCommand({ IncludePlannedDeletion: true }))).SecretList).toEqual([]);
});

test("with a recovery window the secret is marked only, and a refresh treats it as gone", async () => {
  const secret = await make("secret:Secret", { name: "prod-cell-0/postgres", recoveryWindowInDays: 30 });
  await secret.delete();
  expect(await secret.read()).toBeUndefined();
  const { SecretList } = await moto
    .client(SecretsManagerClient)
    .send(new ListSecretsCommand({ IncludePlannedDeletion: true }));
  expect(SecretList?.map(({ Name }) => Name)).toEqual(["prod-cell-0/postgres"]);
});
