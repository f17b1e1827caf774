import * as grpc from "@grpc/grpc-js";

/** The request of ConfigureStack, as far as it is read here. */
interface ConfigureStack {
  getConfigMap(): { forEach(each: (value: string, key: string) => void): void };
}

type Handler = (call: { readonly request: ConfigureStack }, callback: unknown) => void;

/**
 * Reads the stack's configuration, which the engine sends to the pack before anything else. @pulumi/policy 1.21 drops it
 * (it keeps the tags), and an engine that starts packs through a language host sets no PULUMI_CONFIG for them. Call it
 * before the pack is created.
 */
export function onStackConfig(read: (config: ReadonlyMap<string, string>) => void): void {
  const { addService } = grpc.Server.prototype;
  grpc.Server.prototype.addService = function (this: grpc.Server, service, handlers): void {
    const original = (handlers as Record<string, unknown>)["configureStack"] as Handler | undefined;
    if (original === undefined) return addService.call(this, service, handlers);
    const configureStack: Handler = (call, callback) => {
      const config = new Map<string, string>();
      call.request.getConfigMap().forEach((value, key) => config.set(key, value));
      read(config);
      original(call, callback);
    };
    const all = { ...handlers, configureStack } as unknown as grpc.UntypedServiceImplementation;
    return addService.call(this, service, all);
  };
}
