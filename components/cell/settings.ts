/** What the stack's configuration says for all cells; from `Pulumi.<env>.yaml`. */
export interface EnvironmentSettings {
  /** Repository of the application's image; a cell's `release` is the tag. */
  readonly appImage: string;
  /** Named AWS profile by partition, where one set of credentials is not enough (`aws-cn` beside `aws`). */
  readonly profiles: Readonly<Record<string, string>>;
}
