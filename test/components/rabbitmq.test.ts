import { describe, expect, test } from "vitest";

import { sizes, type SizeClassName } from "../../catalog/sizes";
import { Rabbitmq } from "../../components/cell/rabbitmq";
import { cellOf, keyArn, plainSecrets, planPart, stateful } from "./data-cell";

const classes = Object.keys(sizes) as SizeClassName[];

const rabbitmqOf = (sizeClass: SizeClassName, zones = 3) =>
  planPart(cellOf(sizeClass, zones), (ctx, args, opts) => {
    const part = new Rabbitmq(ctx, { ...args, securityGroupId: "sg-rabbitmq" }, opts);
    return { host: part.host, records: part.records };
  });

describe.each(classes)("%s", (sizeClass) => {
  const { production, rabbitmq } = sizes[sizeClass];

  test("a private broker, encrypted with the cell's key, in as many zones as its mode takes", async () => {
    const { one, resources, result } = await rabbitmqOf(sizeClass);
    const broker = one("aws:mq/broker:Broker");
    expect(broker.inputs).toMatchObject({
      brokerName: "dev-cell-3-rabbitmq",
      engineType: "RabbitMQ",
      engineVersion: rabbitmq.engineVersion,
      hostInstanceType: rabbitmq.instanceType,
      deploymentMode: rabbitmq.clustered ? "CLUSTER_MULTI_AZ" : "SINGLE_INSTANCE",
      publiclyAccessible: false,
      encryptionOptions: { useAwsOwnedKey: false, kmsKeyId: keyArn },
      securityGroups: ["sg-rabbitmq"],
      // Amazon MQ insists from RabbitMQ 3.13 on.
      autoMinorVersionUpgrade: true,
    });
    expect(broker.inputs["subnetIds"]).toHaveLength(rabbitmq.clustered ? 3 : 1);

    const password = broker.inputs["users"][0].password as string;
    expect(password).toHaveLength(40);
    expect(broker.secretInputs).toEqual(["users"]);
    expect(plainSecrets(resources, [password])).toEqual([]);
    expect(result.host).toMatch(/^b-[0-9a-f]+\.mq\./);
    expect(result.records).toEqual([{ name: "rabbitmq-cell-3.cell-3.internal", target: result.host }]);

    const source = one("random:index/randomPassword:RandomPassword");
    expect(broker.replaceWith).toEqual([source.urn]);

    const kept = resources.filter(({ type }) => stateful.includes(type));
    expect(kept).toHaveLength(3);
    expect(kept.filter(({ protect }) => protect !== production)).toEqual([]);
  });

  test("has a version and an instance type that Amazon MQ makes together", () => {
    expect(rabbitmq.engineVersion).toMatch(/^4\./);
    // RabbitMQ 4 runs on m7g only; medium is for tests, and takes no cluster.
    expect(rabbitmq.instanceType).toMatch(/^mq\.m7g\./);
    expect(rabbitmq.instanceType === "mq.m7g.medium").toBe(!rabbitmq.clustered);
    expect(rabbitmq.clustered).toBe(production);
  });
});
