import { lines } from '../tools/tool';
import type { SimGpu } from './gpu';
import type { NodeModel } from './node-model';

export function libraryFolder({ profile }: NodeModel): string {
  return profile.osId === 'rocky' ? '/usr/lib64' : '/usr/lib/x86_64-linux-gnu';
}

type Slices = (gpu: SimGpu) => readonly number[];
const withCompute: Slices = ({ migInstances }) =>
  migInstances.filter(({ hasCompute }) => hasCompute).map(({ index }) => index);

/** Those that the node came with. */
export const slicesOfBefore: Slices = ({ slot }) => (slot.mig ?? []).map((_, index) => index);

/** What `nvidia-ctk cdi generate` writes, as far as anyone looks at it. Null without a driver that answers. */
export function cdiSpecification(model: NodeModel, slices = withCompute): string | null {
  const { driverVersion } = model.profile;
  if (driverVersion === null) return null;
  return lines(
    '---',
    'cdiVersion: 0.5.0',
    'containerEdits:',
    '  mounts:',
    `  - containerPath: ${libraryFolder(model)}/libcuda.so.${driverVersion}`,
    `    hostPath: ${libraryFolder(model)}/libcuda.so.${driverVersion}`,
    'devices:',
    ...model.gpus.flatMap((gpu) =>
      [`${gpu.index}`, gpu.uuid, ...slices(gpu).map((slice) => `${gpu.index}:${slice}`)].map(deviceLine),
    ),
    deviceLine('all'),
    'kind: nvidia.com/gpu',
  );
}

const deviceLine = (name: string): string => `- name: "${name}"`;

/** The devices that specifications name, as `nvidia-ctk cdi list` has them. */
export function cdiDevices(specifications: readonly string[]): string[] {
  const names = specifications.flatMap((text) => [...text.matchAll(/^- name: "(.+)"$/gm)].map(([, name]) => name));
  return [...new Set(names)].map((name) => `nvidia.com/gpu=${name}`);
}
