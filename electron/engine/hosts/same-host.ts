import type { HostSpec, SshTarget } from '#shared/domain/host';

/** The other host that is the same as this one: this machine, or the same login at the same place. */
export function sameHost(spec: HostSpec, others: readonly HostSpec[]): HostSpec | null {
  if (spec.kind === 'bundle') return null;
  const rest = others.filter(({ id }) => id !== spec.id);
  if (spec.kind === 'ssh') return hostAt(spec.target, rest);
  return rest.find(({ kind }) => kind === 'local') ?? null;
}

/** The host that `target` leads to. */
export function hostAt(target: SshTarget, hosts: readonly HostSpec[]): HostSpec | null {
  return hosts.find((host) => host.kind === 'ssh' && isSameTarget(host.target, target)) ?? null;
}

function isSameTarget(one: SshTarget, other: SshTarget): boolean {
  return (
    one.address.toLowerCase() === other.address.toLowerCase() &&
    one.port === other.port &&
    one.user === other.user &&
    one.proxyJump.join(',') === other.proxyJump.join(',')
  );
}
