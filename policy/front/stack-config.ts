import * as grpc from "@grpc/grpc-js";

/** The request of ConfigureStack, as far as it is read here. */
interface ConfigureStack {
  getConfigMap(): { forEach(each: (value: string, key: string) => void): void };
}

type Handler = (call: { readonly request: ConfigureStack }, callback: unknown) => void;

/**
 * Hears the stack's configuration, which the engine sends to the pack before anything else and @pulumi/policy 1.21
 * throws away (it keeps the tags). Call it before the pack is made; `test/policy/pack.test.ts` notices when an SDK
 * works otherwise.
 */
export function hearStackConfig(hear: (config: ReadonlyMap<string, string>) => void): void {
  const { addService } = grpc.Server.prototype;
  grpc.Server.prototype.addService = function (this: grpc.Server, service, handlers): void {
    const original = (handlers as Record<string, unknown>)["configureStack"] as Handler | undefined;
    if (original === undefined) return addService.call(this, service, handlers);
    const listening: Handler = (call, callback) => {
      const config = new Map<string, string>();
      call.request.getConfigMap().forEach((value, key) => config.set(key, value));
      hear(config);
      original(call, callback);
    };
    const all = { ...handlers, configureStack: listening } as unknown as grpc.UntypedServiceImplementation;
    return addService.call(this, service, all);
  };
}
