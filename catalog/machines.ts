/** CPU and memory of a machine, including the system's share. */
export interface Machine {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

/** GiB of the burstable family, which has no fixed ratio: https://aws.amazon.com/ec2/instance-types/t4/ */
const burstable: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  "2xlarge": 32,
};

/** GiB per vCPU of the families c, m and r: https://docs.aws.amazon.com/ec2/latest/instancetypes/ */
const perCpu: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** vCPUs of a size; `2xlarge` has 8. Undefined for another word. */
export function cpusOf(size: string): number | undefined {
  const fixed: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4 };
  const times = /^(\d{1,3})xlarge$/.exec(size)?.[1];
  return fixed[size] ?? (times === undefined ? undefined : 4 * Number(times));
}

/** The machine of an instance type of the families t, c, m and r, also with the prefixes of AWS's services. */
export function machineOf(type: string): Machine | undefined {
  const [, family, size] = /^(?:db\.|cache\.|kafka\.|mq\.)?([a-z]+)\d[a-z0-9]*\.([a-z0-9]+)$/.exec(type) ?? [];
  if (family === undefined || size === undefined) return undefined;
  if (family === "t") {
    const memory = burstable[size];
    const cpus = size === "xlarge" ? 4 : size === "2xlarge" ? 8 : 2;
    return memory === undefined ? undefined : { cpuMillis: cpus * 1000, memoryMiB: memory * 1024 };
  }
  const [cpus, ratio] = [cpusOf(size), perCpu[family]];
  return cpus === undefined || ratio === undefined
    ? undefined
    : { cpuMillis: cpus * 1000, memoryMiB: cpus * ratio * 1024 };
}
