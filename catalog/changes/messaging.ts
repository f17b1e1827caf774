import { number, object, when } from "../constraints/words";
import type { Inputs } from "../replacement/exceptions";
import { compareVersions } from "../versions";
import type { ChangeRule } from "./words";

const docs = "https://docs.aws.amazon.com/";
const kafka = "aws:msk/cluster:Cluster";

const nodesOf = (inputs: Inputs) => object(inputs["brokerNodeGroupInfo"]);
const volumeOf = (inputs: Inputs): number | undefined =>
  number(object(object(nodesOf(inputs)["storageInfo"])["ebsStorageInfo"])["volumeSize"]);
const volume = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize";
const isKraft = (version: unknown): boolean => String(version).endsWith(".kraft");

/** MSK and Amazon MQ. */
export const messagingChanges: readonly ChangeRule[] = [
  {
    id: "MSK-C1",
    type: kafka,
    rule: "The storage of brokers never becomes smaller.",
    source: `${docs}msk/latest/developerguide/msk-update-storage.html`,
    check: ({ before, after }) => {
      const [from, to] = [volumeOf(before), volumeOf(after)];
      const bad = from !== undefined && to !== undefined && to < from;
      return when(
        bad,
        volume,
        `disks cannot shrink, from ${from} to ${to} GiB: add a smaller cell and move the tenants`,
      );
    },
  },
  {
    id: "MSK-C2",
    type: kafka,
    rule: "Storage that grows becomes more than 100 GiB.",
    source: `${docs}msk/latest/developerguide/manually-expand-storage.html`,
    check: ({ before, after }) => {
      const [from, to] = [volumeOf(before), volumeOf(after)];
      const bad = from !== undefined && to !== undefined && to > from && to <= 100;
      return when(bad, volume, `${from} GiB grow to more than 100 GiB, not to ${to}`);
    },
  },
  {
    id: "MSK-C3",
    type: kafka,
    rule: "Brokers of another type do not become kafka.t3.small.",
    source: `${docs}msk/latest/developerguide/msk-update-broker-type.html`,
    check: ({ before, after }) => {
      const [from, to] = [before, after].map((inputs) => String(nodesOf(inputs)["instanceType"]));
      const bad = from !== to && to === "kafka.t3.small";
      return when(
        bad,
        "brokerNodeGroupInfo.instanceType",
        `${from} cannot become ${to}: add a smaller cell and move the tenants`,
      );
    },
  },
  {
    id: "MSK-C4",
    type: kafka,
    rule: "The number of brokers grows only: a broker that goes takes its partitions with it until they are moved.",
    source: `${docs}msk/latest/developerguide/msk-update-broker-count.html`,
    check: ({ before, after }) => {
      const [from, to] = [number(before["numberOfBrokerNodes"]), number(after["numberOfBrokerNodes"])];
      const bad = from !== undefined && to !== undefined && to < from;
      return when(
        bad,
        "numberOfBrokerNodes",
        `${from} brokers cannot become ${to}: add a smaller cell and move the tenants`,
      );
    },
  },
  {
    id: "MSK-C5",
    type: kafka,
    rule: "A Kafka version never goes back, and ZooKeeper does not become KRaft.",
    source: `${docs}msk/latest/developerguide/version-upgrades.html`,
    check: ({ before, after }) => {
      const [from, to] = [before["kafkaVersion"], after["kafkaVersion"]];
      const bad = compareVersions(to, from) < 0 || isKraft(from) !== isKraft(to);
      return when(
        bad,
        "kafkaVersion",
        `${String(from)} cannot become ${String(to)}: add a cell with it and move the tenants`,
      );
    },
  },
];
