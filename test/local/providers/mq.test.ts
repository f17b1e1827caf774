import { ListBrokersCommand, ListConfigurationsCommand, MqClient } from "@aws-sdk/client-mq";
import { afterAll, beforeAll, expect, test } from "vitest";

import { definitions } from "../../../local/providers/aws/services/mq";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

test("a RabbitMQ broker lives from creation to deletion, without drift and without leftovers", async () => {
  const broker = await Made.create(moto.cloud(), definitions, "aws:mq/broker:Broker", {
    brokerName: "dev-cell-0-rabbitmq",
    engineType: "RabbitMQ",
    engineVersion: "4.2",
    hostInstanceType: "mq.m7g.medium",
    deploymentMode: "SINGLE_INSTANCE",
    subnetIds: ["subnet-1"],
    securityGroups: ["sg-1"],
    publiclyAccessible: false,
    encryptionOptions: { useAwsOwnedKey: false, kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k" },
    users: [{ username: "cell_admin", password: "correct-horse-battery" }],
    logs: { general: true },
    autoMinorVersionUpgrade: true,
    maintenanceWindowStartTime: { dayOfWeek: "MONDAY", timeOfDay: "06:00", timeZone: "UTC" },
    applyImmediately: false,
    tags: { cell: "cell-0" },
  });
  expect(await broker.drift()).toEqual([]);
  expect(await broker.inventions()).toEqual([]);
  expect(broker.outputs["instances"]).toMatchObject([
    { endpoints: [`amqps://${broker.id}.mq.eu-west-1.amazonaws.com:5671`] },
  ]);

  await broker.update({
    hostInstanceType: "mq.m7g.large",
    maintenanceWindowStartTime: { dayOfWeek: "TUESDAY", timeOfDay: "06:00", timeZone: "UTC" },
    tags: { cell: "cell-0", more: "yes" },
  });
  expect(await broker.drift()).toEqual([]);

  await broker.delete();
  expect(await broker.read()).toBeUndefined();
  const client = moto.client(MqClient);
  expect((await client.send(new ListBrokersCommand({}))).BrokerSummaries).toEqual([]);
  expect((await client.send(new ListConfigurationsCommand({}))).Configurations).toEqual([]);
});
