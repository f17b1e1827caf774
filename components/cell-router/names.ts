import { createHash } from "node:crypto";

/** Physical names of one router: `<environment>-router-<region>` and what belongs to it. */
export class RouterNames {
  readonly prefix: string;

  constructor(
    environment: string,
    readonly region: string,
    private readonly domain: string,
  ) {
    this.prefix = `${environment}-router-${region}`;
  }

  /**
   * Bucket names are unique in the world, so this one ends in eight hex digits of the domain, which is its owner's
   * alone. At most 63 characters (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
   */
  get bucket(): string {
    return `${this.prefix}-${createHash("sha256").update(this.domain).digest("hex").slice(0, 8)}`;
  }

  get functionLogs(): string {
    return `/aws/lambda/${this.prefix}`;
  }

  /** API Gateway may write to groups of this prefix without a resource policy each. */
  get accessLogs(): string {
    return `/aws/vendedlogs/apigateway/${this.prefix}`;
  }
}
