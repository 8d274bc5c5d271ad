import type { NodeModel } from '../model/node-model';
import type { ToolFiles } from './tool';

/** Of Debian and of EPEL: the unit has one name. */
export const nodeExporterPackages = ['prometheus-node-exporter', 'golang-github-prometheus-node-exporter'];

/** Where the distribution's node_exporter listens; null: it is not there or does not run. */
export function nodeExporterPort({ software, stoppedUnits }: NodeModel, files?: ToolFiles): number | null {
  const isThere = nodeExporterPackages.some((name) => software.packages.has(name));
  if (!isThere || stoppedUnits.has('prometheus-node-exporter')) return null;
  const settings = files?.read('/etc/default/prometheus-node-exporter') ?? '';
  return Number(/--web\.listen-address=\S*:(\d+)/.exec(settings)?.[1] ?? 9100);
}

/** The one metric of it that says which machine this is. */
export function nodeExporterMetrics({ name, profile }: NodeModel): string {
  return `# TYPE node_uname_info gauge\nnode_uname_info{domainname="(none)",machine="x86_64",nodename="${name}",release="${profile.kernelRelease}",sysname="Linux"} 1\n`;
}
