import { list, number, object, supported, when, type Constraint, type Support } from "./words";

const docs = "https://docs.aws.amazon.com/";
const kafka = "aws:msk/cluster:Cluster";
const broker = "aws:mq/broker:Broker";

/** Read in November 2026; versions without an announced end carry none. */
const kafkaVersions: Support = {
  "3.6.0": "2026-06-01",
  "3.7.x": "2026-09-01",
  "3.7.x.kraft": "2026-09-01",
  "3.8.x": undefined,
  "3.9.x": undefined,
  "3.9.x.kraft": undefined,
  "3.8.x.kraft": undefined,
  "4.0.x.kraft": undefined,
  "4.1.x.kraft": undefined,
};

/** Machine types of brokers. */
export const brokerTypes = /^(kafka\.t3\.small|kafka\.m5\.(2|4|8|12|16|24)?x?large|kafka\.m7g\.(2|4|8|12|16)?x?large)$/;

/** MSK and Amazon MQ. */
export const messagingConstraints: readonly Constraint[] = [
  {
    id: "MSK-1",
    type: kafka,
    rule: "The number of brokers is a multiple of the number of client subnets.",
    source: `${docs}msk/latest/developerguide/msk-create-cluster.html`,
    check: ({ inputs }) => {
      const subnets = list(object(inputs["brokerNodeGroupInfo"])["clientSubnets"]).length;
      const brokers = number(inputs["numberOfBrokerNodes"]) ?? 0;
      const message = `${brokers} brokers cannot be spread evenly over ${subnets} subnets: write a multiple of ${subnets}`;
      return when(subnets > 0 && brokers % subnets !== 0, "numberOfBrokerNodes", message);
    },
  },
  {
    id: "MSK-2",
    type: kafka,
    rule: "Client subnets are two or three, in distinct zones; exactly two in us-west-1.",
    source: `${docs}AWSCloudFormation/latest/TemplateReference/aws-properties-msk-cluster-brokernodegroupinfo.html`,
    check: (resource, inventory) => {
      const property = "brokerNodeGroupInfo.clientSubnets";
      const count = list(object(resource.inputs["brokerNodeGroupInfo"])["clientSubnets"]).length;
      const zones = inventory.zones(resource, "brokerNodeGroupInfo");
      const california = [...(zones ?? [])].some((zone) => zone.startsWith("us-west-1"));
      return [
        ...when(count < 2 || count > 3, property, "MSK takes two or three subnets"),
        ...when(zones !== undefined && zones.size < count, property, "each subnet must be in a zone of its own"),
        ...when(california && count !== 2, property, "us-west-1 takes exactly two subnets"),
      ];
    },
  },
  {
    id: "MSK-3",
    type: kafka,
    rule: "The Kafka version is one that MSK offers, and its end of support is not near.",
    source: `${docs}msk/latest/developerguide/supported-kafka-versions.html`,
    check: ({ inputs }, { now }) =>
      supported(kafkaVersions, String(inputs["kafkaVersion"]), now, "kafkaVersion", "Kafka"),
  },
  {
    id: "MSK-4",
    type: kafka,
    rule: "Brokers are kafka.t3.small, or kafka.m5 or kafka.m7g in the sizes AWS lists.",
    source: `${docs}msk/latest/developerguide/broker-instance-sizes.html`,
    check: ({ inputs }) => {
      const type = String(object(inputs["brokerNodeGroupInfo"])["instanceType"]);
      return when(!brokerTypes.test(type), "brokerNodeGroupInfo.instanceType", `${type} is no broker of MSK`);
    },
  },
  {
    id: "MSK-5",
    type: kafka,
    rule: "A broker has 1 to 16,384 GiB of storage.",
    source: `${docs}msk/latest/developerguide/limits.html`,
    check: ({ inputs }) => {
      const storage = object(object(inputs["brokerNodeGroupInfo"])["storageInfo"]);
      const size = number(object(storage["ebsStorageInfo"])["volumeSize"]);
      const property = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize";
      return when(size !== undefined && (size < 1 || size > 16_384), property, "write 1 to 16,384 GiB");
    },
  },
  {
    id: "MQ-1",
    type: broker,
    rule: "RabbitMQ 4 runs on mq.m7g only.",
    source: `${docs}amazon-mq/latest/developer-guide/rabbitmq-4.html`,
    check: ({ inputs }) => {
      const four = inputs["engineType"] === "RabbitMQ" && String(inputs["engineVersion"]).startsWith("4.");
      const bad = four && !String(inputs["hostInstanceType"]).startsWith("mq.m7g.");
      return when(bad, "hostInstanceType", "choose an mq.m7g type, or RabbitMQ 3.13");
    },
  },
  {
    id: "MQ-2",
    type: broker,
    rule: "A single RabbitMQ broker takes exactly one subnet; a private cluster at least one.",
    source: `${docs}amazon-mq/latest/api-reference/brokers.html`,
    check: ({ inputs }) => {
      const subnets = list(inputs["subnetIds"]).length;
      const mode = inputs["deploymentMode"] ?? "SINGLE_INSTANCE";
      const single = mode === "SINGLE_INSTANCE" && inputs["subnetIds"] !== undefined && subnets !== 1;
      const cluster = mode === "CLUSTER_MULTI_AZ" && inputs["publiclyAccessible"] !== true && subnets < 1;
      return when(
        single || cluster,
        "subnetIds",
        single ? "a single broker takes one subnet" : "name at least one subnet",
      );
    },
  },
  {
    id: "MQ-3",
    type: broker,
    rule: "mq.t3.micro cannot form a cluster.",
    source: `${docs}amazon-mq/latest/developer-guide/rmq-broker-instance-types.html`,
    check: ({ inputs }) => {
      const bad = inputs["deploymentMode"] === "CLUSTER_MULTI_AZ" && inputs["hostInstanceType"] === "mq.t3.micro";
      return when(bad, "hostInstanceType", "choose mq.m7g.medium or larger for a cluster");
    },
  },
  {
    id: "MQ-4",
    type: broker,
    rule: "A broker's password has at least 12 characters, four of them different, and no comma, colon or equals sign.",
    source: `${docs}AWSCloudFormation/latest/UserGuide/aws-properties-amazonmq-broker-user.html`,
    check: ({ inputs }) =>
      list(inputs["users"]).flatMap((user, index) => {
        const password = object(user)["password"];
        if (typeof password !== "string") return [];
        const good = password.length >= 12 && new Set(password).size >= 4 && !/[,:=]/.test(password);
        return when(!good, `users[${index}].password`, "write 12 characters or more, four different, without , : =");
      }),
  },
  {
    id: "MQ-5",
    type: broker,
    rule: "RabbitMQ is created with exactly one user.",
    source: `${docs}AWSCloudFormation/latest/UserGuide/aws-properties-amazonmq-broker-user.html`,
    check: ({ inputs }) => {
      const bad = inputs["engineType"] === "RabbitMQ" && Array.isArray(inputs["users"]) && inputs["users"].length !== 1;
      return when(bad, "users", "name one administrator; make the others in RabbitMQ itself");
    },
  },
  {
    id: "MQ-6",
    type: broker,
    rule: "From RabbitMQ 3.13 on, automatic minor upgrades cannot be switched off.",
    source: `${docs}amazon-mq/latest/api-reference/brokers.html`,
    check: ({ inputs }) => {
      const bad = inputs["engineType"] === "RabbitMQ" && inputs["autoMinorVersionUpgrade"] !== true;
      return when(bad, "autoMinorVersionUpgrade", "write true");
    },
  },
];
