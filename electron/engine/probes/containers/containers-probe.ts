import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { ContainersFacts } from '#shared/domain/facts/software';
import { readEach } from '../lib/each';
import { isObject, readJson, textOf } from '../lib/lines';
import { commandProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

type Container = ContainersFacts['containers'][number];

/**
 * Podman makes its folders when it is first asked anything, so it is asked only where it has some. The login's own containers
 * here; those of root below.
 */
const own: CommandSpec = {
  id: 'podman',
  argv: [
    'sh',
    '-c',
    `command -v podman >/dev/null 2>&1 || exit 127
[ -d "$HOME/.local/share/containers/storage" ] || { echo '[]'; exit 0; }
podman ps --all --format json`,
  ],
  timeoutMs: 10_000,
};
const ofRoot: CommandSpec = {
  id: 'podman-root',
  argv: ['podman', '--root', '{}', 'ps', '--all', '--format', 'json'],
  forEach: '/var/lib/containers/storage',
  privilege: 'root',
  timeoutMs: 10_000,
};
const versions: CommandSpec = {
  id: 'versions',
  argv: ['sh', '-c', 'containerd --version 2>/dev/null; podman --version 2>/dev/null; :'],
};
/** The runtimes of containerd's own configuration; its other parts may hold credentials of registries. */
const runtimes: CommandSpec = {
  id: 'containerd-runtimes',
  argv: [
    'sh',
    '-c',
    `for f in /etc/containerd/config.toml /etc/containerd/conf.d/*.toml /var/lib/rancher/k3s/agent/etc/containerd/config.toml; do
  [ -r "$f" ] && echo "== $f" && sed -n 's/^ *\\[.*containerd\\.runtimes\\.["'"'"']*\\([A-Za-z0-9_-]*\\)["'"'"']*\\].*/runtime \\1/p' "$f"
done; :`,
  ],
};
/** containerd's containers, where Kubernetes put them. */
const pods: CommandSpec = {
  id: 'crictl',
  argv: ['crictl', 'ps', '-o', 'json'],
  privilege: 'root',
  timeoutMs: 10_000,
};

export const containersProbe = defineProbe({
  id: 'containers',
  commands: [own, ofRoot, versions, runtimes, pods],
  sources: { '': 'versions', containerdRuntimes: 'containerd-runtimes', containers: 'podman|podman-root|crictl' },
  parse(outputs) {
    const told = outputs.versions?.state === 'exited' ? outputs.versions.stdout : '';
    // containerd containerd.io 1.7.24 88bf19b2105c8b17560993bee28a01ddc2f97182
    const containerdVersion = /^containerd \S{1,80} v?(\d[\w.+~-]{0,40})(?: |$)/m.exec(told)?.[1] ?? null;
    const podmanVersion = /^podman version (\d[\w.+~-]{0,40})\s*$/m.exec(told)?.[1] ?? null;
    const ownContainers = podmanContainers(textFrom(outputs.podman));
    const rootText = textFrom(outputs[ofRoot.id]);
    const rootContainers = readEach(rootText).flatMap(({ output }) => podmanContainers(output) ?? []);
    const podContainers = crictlContainers(textFrom(outputs.crictl));
    if (containerdVersion === null && podmanVersion === null && ownContainers === null && podContainers === null) {
      const problem = commandProblem(outputs.podman, own);
      return problem ?? unparsable(own, outputs.podman);
    }
    const all = [...(ownContainers ?? []), ...rootContainers, ...(podContainers ?? [])];
    const containers = all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
    const containerdRuntimes = readRuntimes(textFrom(outputs[runtimes.id]));
    const facts = { containerdVersion, containerdRuntimes, podmanVersion, containers };
    // The tool is there and the login may not ask it: there may be more containers than these.
    const denied = [ofRoot, pods].find(({ id }) => outputs[id]?.state === 'denied');
    const problem = denied ? commandProblem(outputs[denied.id], denied) : null;
    return problem ? { state: 'ok', facts, reason: problem.reason } : { state: 'ok', facts };
  },
});

function textFrom(output: CommandOutput | undefined): string {
  return output?.state === 'exited' ? output.stdout : '';
}

/** `podman ps --all --format json`. Environment and labels are not looked at. Null: no such list. */
function podmanContainers(text: string): Container[] | null {
  const document = text.trimStart().startsWith('[') ? readJson(text) : undefined;
  if (!Array.isArray(document)) return null;
  const isList = document.every((entry) => isObject(entry) && typeof entry.Id === 'string' && 'ImageID' in entry);
  if (!isList) return null;
  return document.filter(isObject).map((entry) => ({
    engine: 'podman',
    id: textOf(entry.Id) ?? '',
    name: Array.isArray(entry.Names) ? textOf(entry.Names[0]) : null,
    image: textOf(entry.Image),
    state: textOf(entry.State)?.toLowerCase() ?? null,
    ports: podmanPorts(entry.Ports),
    command: Array.isArray(entry.Command)
      ? textOf(entry.Command.filter((word) => typeof word === 'string').join(' '))
      : null,
  }));
}

/** `0.0.0.0:8080->80/tcp`, as docker writes it. */
function podmanPorts(ports: unknown): string | null {
  if (!Array.isArray(ports)) return null;
  const written = ports.filter(isObject).map((port) => {
    const host = textOf(port.host_ip) ?? '0.0.0.0';
    return `${host}:${Number(port.host_port)}->${Number(port.container_port)}/${textOf(port.protocol) ?? 'tcp'}`;
  });
  return written.length > 0 ? written.join(', ') : null;
}

/** `crictl ps -o json`: `{"containers": [{"id", "metadata": {"name"}, "image": {"image"}, "state", "labels"}]}` */
function crictlContainers(text: string): Container[] | null {
  const document = text.trimStart().startsWith('{') ? readJson(text) : undefined;
  if (!isObject(document) || !Array.isArray(document.containers)) return null;
  return document.containers.filter(isObject).flatMap((entry): Container[] => {
    const id = textOf(entry.id);
    if (id === null) return [];
    const labels = isObject(entry.labels) ? entry.labels : {};
    const name = isObject(entry.metadata) ? textOf(entry.metadata.name) : null;
    const pod = textOf(labels['io.kubernetes.pod.name']);
    return [
      {
        engine: 'containerd',
        id,
        name: pod === null ? name : `${textOf(labels['io.kubernetes.pod.namespace']) ?? ''}/${pod}/${name ?? ''}`,
        // The name under which it was asked for; `image` may be a digest alone.
        image:
          (isObject(entry.image) ? (textOf(entry.image.userSpecifiedImage) ?? textOf(entry.image.image)) : null) ??
          null,
        state:
          textOf(entry.state)
            ?.replace(/^CONTAINER_/, '')
            .toLowerCase() ?? null,
        ports: null,
        command: null,
      },
    ];
  });
}

/** `== /etc/containerd/config.toml`, then `runtime nvidia` for each. Null: no such file that may be read. */
function readRuntimes(text: string): string[] | null {
  if (!/^== \//m.test(text)) return null;
  return [...new Set([...text.matchAll(/^runtime ([\w-]{1,60})$/gm)].map(([, name]) => name ?? ''))].sort();
}
