import type { CommandSpec } from '#shared/domain/command';
import type { ClusterFacts, SlurmNode } from '#shared/domain/facts/software';
import { integerOf, isObject, linesOf, readJson, textOf } from '../lib/lines';
import { commandProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

/** `scontrol` asks the controller, which may be away; the node's name there is its short host name. */
const slurm: CommandSpec = {
  id: 'slurm-node',
  argv: [
    'sh',
    '-c',
    'command -v scontrol >/dev/null 2>&1 || exit 127; scontrol --oneliner show node "$(uname -n | cut -d. -f1)"',
  ],
  timeoutMs: 8000,
};
/**
 * What says that this node is a member: the daemon's own version, and of the kubelet's settings two lines. Files with
 * credentials (kubeconfig, tokens) are not opened.
 */
const membershipScript = `for t in slurmd kubelet k3s rke2 microk8s; do
  command -v $t >/dev/null 2>&1 || continue
  case $t in
  slurmd) v=$(slurmd -V 2>/dev/null) ;;
  microk8s) v= ;;
  *) v=$($t --version 2>/dev/null) ;;
  esac
  set -- $v
  printf '== %s %s %s %s\\n' "$t" "\${1-}" "\${2-}" "\${3-}"
done
for f in /var/lib/kubelet/config.yaml /etc/kubernetes/kubelet-config.yaml; do
  [ -r "$f" ] && sed -n 's/^\\(clusterDomain\\|cgroupDriver\\): */-- \\1 /p' "$f"
done
echo '== done'`;
const membership: CommandSpec = { id: 'membership', argv: ['sh', '-c', membershipScript], timeoutMs: 5000 };

export const clusterProbe = defineProbe({
  id: 'cluster',
  commands: [membership, slurm],
  sources: { '': 'membership', 'slurm.nodes': 'slurm-node' },
  parse(outputs) {
    const text = outputs.membership?.state === 'exited' ? outputs.membership.stdout : '';
    const told = outputs[slurm.id];
    const nodes = parseSlurmNodes(told?.state === 'exited' ? told.stdout : '');
    const isWhole = /^== done\s*$/m.test(text);
    if (!isWhole && nodes.length === 0) {
      const asked = commandProblem(outputs.membership, membership);
      return asked && asked.reason.key !== 'probes.notRun' ? asked : unparsable(membership, outputs.membership ?? told);
    }
    const version = (tool: string) => new RegExp(`^== ${tool}(?: (.{0,200}))?$`, 'm').exec(text)?.[1]?.trim() ?? null;
    const slurmd = version('slurmd');
    const isSlurm = slurmd !== null || nodes.length > 0;
    const isSilent = slurmd !== null && nodes.length === 0;
    const facts: ClusterFacts = {
      slurm: isSlurm ? { slurmdVersion: versionIn(slurmd), nodes } : null,
      kubernetes: kubernetesOf(text, version),
    };
    return isSilent ? { state: 'ok', facts, reason: { key: 'probes.slurmSilent' } } : { state: 'ok', facts };
  },
});

const distributions = ['k3s', 'rke2', 'microk8s', 'kubelet'] as const;

function kubernetesOf(text: string, version: (tool: string) => string | null): ClusterFacts['kubernetes'] {
  const distribution = distributions.find((tool) => version(tool) !== null);
  if (distribution === undefined) return null;
  const setting = (name: string) => new RegExp(`^-- ${name} "?([\\w.-]{1,255})"?\\s*$`, 'm').exec(text)?.[1] ?? null;
  return {
    distribution,
    version: versionIn(version(distribution)),
    clusterDomain: setting('clusterDomain'),
    cgroupDriver: setting('cgroupDriver'),
  };
}

/** `slurm 23.11.4`, `Kubernetes v1.30.2`, `k3s version v1.30.2+k3s1` */
function versionIn(words: string | null): string | null {
  return /(?:^|\s)v?(\d[\w.+-]{1,40})(?:\s|$)/.exec(words ?? '')?.[1] ?? null;
}

/** `scontrol --oneliner show node`, or the JSON of `scontrol show nodes --json` and the REST interface. */
function parseSlurmNodes(text: string): SlurmNode[] {
  const document = text.trimStart().startsWith('{') ? readJson(text) : undefined;
  if (isObject(document)) {
    if (!Array.isArray(document.nodes)) return [];
    return document.nodes.filter(isObject).flatMap((entry) => fromJson(entry) ?? []);
  }
  return linesOf(text, 16_384).flatMap((line) => fromLine(line) ?? []);
}

function fromJson(entry: Record<string, unknown>): SlurmNode | null {
  const name = textOf(entry.name);
  // A word before Slurm 23.02, then a list; the flags stood apart.
  const words = [entry.state, entry.state_flags]
    .flat()
    .map(textOf)
    .filter((word) => word !== null);
  if (name === null || words.length === 0) return null;
  return {
    name,
    state: words.join('+').toLowerCase(),
    reason: textOf(entry.reason),
    partitions: Array.isArray(entry.partitions) ? entry.partitions.map(textOf).filter((one) => one !== null) : [],
    cpus: integerOf(entry.cpus),
    allocatedCpus: integerOf(entry.alloc_cpus),
    memoryMib: integerOf(entry.real_memory),
    gres: textOf(entry.gres),
    allocatedGres: textOf(entry.gres_used),
    version: textOf(entry.slurmd_version) ?? textOf(entry.version),
  };
}

/**
 * NodeName=gpu01 Arch=x86_64 CoresPerSocket=56 CPUAlloc=24 CPUTot=224 … Gres=gpu:h100:8(S:0-1) … RealMemory=2064125 …
 * State=MIXED+DRAIN … Partitions=train,debug … AllocTRES=cpu=24,mem=96G,gres/gpu=3 … Reason=NHC: check_fs [root@2025-11-02T10:11:12]
 */
function fromLine(line: string): SlurmNode | null {
  const value = (name: string) => new RegExp(`(?:^| )${name}=(\\S{1,500})`).exec(line)?.[1] ?? null;
  const name = /^NodeName=(\S{1,255}) /.exec(line)?.[1];
  const state = value('State');
  if (name === undefined || state === null) return null;
  const orNull = (word: string | null) => (word === '(null)' || word === 'N/A' ? null : word);
  return {
    name,
    state: state.toLowerCase(),
    reason: / Reason=(.{1,500}?)(?: \[[^\]]{1,100}\])?\s*$/.exec(line)?.[1] ?? null,
    partitions: value('Partitions')?.split(',') ?? [],
    cpus: integerOf(value('CPUTot')),
    allocatedCpus: integerOf(value('CPUAlloc')),
    memoryMib: integerOf(value('RealMemory')),
    gres: orNull(value('Gres')),
    allocatedGres: orNull(/(?:^|[ ,])gres\/gpu=(\d{1,4})/.exec(value('AllocTRES') ?? '')?.[1] ?? null),
    version: value('Version'),
  };
}
