/** Variables that would let a developer's own account, stack or proxy in, and those that colour texts. */
const foreign = /^(?:HW_|HUAWEICLOUD_|OS_|PULUMI_|FORCE_COLOR$|(?:https?|all|no)_proxy$)/i;

/** The environment of this process without credentials, settings of Pulumi and proxies. */
export function bareEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}
