import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";
import type { HostRecord } from "./private-zone";
import { credential, store } from "./secrets";
import { windowsOf } from "./windows";

/** What a cell's RabbitMQ needs of the cell's other parts. */
export interface RabbitmqArgs {
  readonly keyArn: pulumi.Input<string>;
  /** Data subnets, one in each of the cell's availability zones; a single broker takes the first. */
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
}

/** AMQP over TLS, the only protocol Amazon MQ serves for RabbitMQ beside its console. */
const port = 5671;
const username = "cell_admin";

/** The cell's RabbitMQ by Amazon MQ, made only where the catalog asks for it. */
export class Rabbitmq extends pulumi.ComponentResource {
  readonly broker: aws.mq.Broker;
  readonly host: pulumi.Output<string>;
  readonly port = port;
  readonly arn: pulumi.Output<string>;
  readonly brokerName: string;
  /** Secret of JSON `{host, port, username, password}`. */
  readonly secretArn: pulumi.Output<string>;
  /** Names for the private zone. */
  readonly records: readonly HostRecord[];

  constructor(ctx: CellContext, args: RabbitmqArgs, opts: pulumi.ComponentResourceOptions) {
    super("cells:cell:Rabbitmq", `${ctx.cell.id}-rabbitmq`, {}, opts);
    const { cell, names, size } = ctx;
    const { clustered, engineVersion, instanceType } = size.rabbitmq;
    this.brokerName = names.of("rabbitmq");

    const admin = credential(ctx, "rabbitmq", "Administrator of the cell's RabbitMQ", args.keyArn, this);
    this.broker = new aws.mq.Broker(
      `${cell.id}-rabbitmq`,
      {
        brokerName: this.brokerName,
        engineType: "RabbitMQ",
        engineVersion,
        hostInstanceType: instanceType,
        deploymentMode: clustered ? "CLUSTER_MULTI_AZ" : "SINGLE_INSTANCE",
        subnetIds: clustered ? args.subnetIds : args.subnetIds.slice(0, 1),
        securityGroups: [args.securityGroupId],
        publiclyAccessible: false,
        encryptionOptions: { useAwsOwnedKey: false, kmsKeyId: args.keyArn },
        users: [{ username, password: admin.password }],
        logs: { general: true },
        // Amazon MQ refuses anything else from RabbitMQ 3.13 on; it stays inside the minor version.
        autoMinorVersionUpgrade: true,
        maintenanceWindowStartTime: windowsOf(cell).rabbitmqMaintenance,
        applyImmediately: false,
        tags: { Name: this.brokerName },
      },
      // Amazon MQ has no call that changes a user of RabbitMQ, and the provider then reports no change: without the
      // replacement a new password would reach the secret and never the broker.
      // The provider asks for no order then, and two brokers cannot have one name.
      { parent: this, protect: size.production, replaceWith: [admin.source], deleteBeforeReplace: true },
    );
    this.host = this.broker.instances.apply((instances) => hostOf(instances[0]?.endpoints[0] ?? ""));
    store(ctx, "rabbitmq", admin, { host: this.host, port, username, password: admin.password }, this);

    this.arn = this.broker.arn;
    this.secretArn = admin.secret.arn;
    this.records = [{ name: names.host("rabbitmq"), target: this.host }];
    this.registerOutputs({ host: this.host, arn: this.arn, secretArn: this.secretArn });
  }
}

/** `amqps://b-1.mq.eu-west-1.amazonaws.com:5671` without scheme and port. */
function hostOf(endpoint: string): string {
  return endpoint.replace(/^[a-z+]+:\/\//, "").replace(/:\d+$/, "");
}
