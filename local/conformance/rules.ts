/** cfn-lint rules that are not checked: they judge a template, and ours exist only for the linter. */
export const templateRules: Readonly<Record<string, string>> = {
  E1002: "size limit of a template; Pulumi sends resources one by one",
  E2010: "limit of template parameters; there are none",
  E3010: "limit of 500 resources in a template; Pulumi has none",
  E6010: "limit of template outputs; there are none",
  W1011: "secrets in template parameters; there are none",
  W2501: "wants passwords as template parameters; here they are Pulumi secrets",
  W3005: "DependsOn in a template; Pulumi orders by dependency",
  W3010: "wants availability zones computed in the template; the catalog names them on purpose",
  W3011: "DeletionPolicy of a template; Pulumi has protect and retainOnDelete",
};
