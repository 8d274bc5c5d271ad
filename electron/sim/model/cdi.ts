import { lines } from '../tools/tool';
import type { NodeModel } from './node-model';

export function libraryFolder({ profile }: NodeModel): string {
  return profile.osId === 'rocky' ? '/usr/lib64' : '/usr/lib/x86_64-linux-gnu';
}

/** What `nvidia-ctk cdi generate` writes, as far as anyone looks at it. Null without a driver that answers. */
export function cdiSpecification(model: NodeModel): string | null {
  const { driverVersion } = model.profile;
  if (driverVersion === null) return null;
  return lines(
    '---',
    'cdiVersion: 0.5.0',
    'containerEdits:',
    '  mounts:',
    `  - containerPath: ${libraryFolder(model)}/libcuda.so.${driverVersion}`,
    `    hostPath: ${libraryFolder(model)}/libcuda.so.${driverVersion}`,
    'kind: nvidia.com/gpu',
  );
}
