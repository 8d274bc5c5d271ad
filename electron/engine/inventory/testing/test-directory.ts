import type { HostSpec } from '#shared/domain/host';
import { NotFoundError } from '../../errors';
import type { Host } from '../../hosts/host';
import type { HostDirectory } from '../../hosts/host-directory';
import type { ScriptedHost } from '../../probes/testing/scripted-host';

const target = {
  alias: null,
  address: 'node',
  port: 22,
  user: 'ops',
  identityFiles: [],
  useAgent: true,
  proxyJump: [],
};
const ssh = (id: string): HostSpec => ({ kind: 'ssh', id, name: id, tags: [], target });

/** Saved hosts of a test; `open` gives the host that the test put there. */
export class TestDirectory implements HostDirectory {
  readonly specs = new Map<string, HostSpec>();
  readonly opened = new Map<string, () => Promise<Host>>();
  private readonly removed: Array<(hostId: string) => void> = [];

  put(host: ScriptedHost): ScriptedHost {
    this.specs.set(host.id, ssh(host.id));
    this.opened.set(host.id, async () => host);
    return host;
  }
  everyHost() {
    return [...this.specs.values()];
  }

  list() {
    const status = {
      connection: 'connected',
      error: null,
      connectedAtMs: null,
      lastSeenAtMs: null,
      hungCommands: [],
    } as const;
    return [...this.specs.values()].map((spec) => ({ spec, status: { hostId: spec.id, ...status, hungCommands: [] } }));
  }
  spec(hostId: string): HostSpec {
    const spec = this.specs.get(hostId);
    if (!spec) throw new NotFoundError('host', hostId);
    return spec;
  }
  add(): HostSpec[] {
    throw new Error('not used');
  }
  addBundle(bundle: { name: string; collectedAtMs: number | null; importedAtMs: number }): HostSpec {
    const spec: HostSpec = { kind: 'bundle', id: `bundle-${this.specs.size}`, tags: [], ...bundle };
    this.specs.set(spec.id, spec);
    return spec;
  }
  async remove(hostId: string): Promise<void> {
    this.specs.delete(hostId);
    for (const listener of this.removed) listener(hostId);
  }
  open(hostId: string): Promise<Host> {
    return this.opened.get(hostId)?.() ?? Promise.reject(new NotFoundError('host', hostId));
  }
  onDidRemove(listener: (hostId: string) => void): () => void {
    this.removed.push(listener);
    return () => {};
  }
}
