const units: Readonly<Record<string, number>> = {
  Ki: 1 / 1024,
  Mi: 1,
  Gi: 1024,
  Ti: 1024 ** 2,
  k: 1e3 / 2 ** 20,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
  "": 1 / 2 ** 20,
};

/** Kubernetes' quantity of CPU in thousandths: `250m`, `1`, `0.5`. */
export function cpuMillis(quantity: unknown): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(quantity)) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === "m" ? 1 : 1000);
}

/** Kubernetes' quantity of memory in MiB: `256Mi`, `1Gi`. */
export function memoryMiB(quantity: unknown): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G)?$/.exec(String(quantity)) ?? [];
  return number === undefined ? undefined : Number(number) * units[unit ?? ""]!;
}
