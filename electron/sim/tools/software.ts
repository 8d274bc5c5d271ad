import { clearFault, injectFault } from '../model/apply-fault';
import type { NodeModel } from '../model/node-model';
import { mountedFileSystems, mountOf } from './storage';
import { failed, lines, printed, type Tool } from './tool';

const software = (model: NodeModel) => model.profile.software ?? {};

/** `python3 -V`, and a program that tries to write a file in a folder: nothing else of it is emulated. */
export const python3: Tool = (model, args, { uid }) => {
  if (args.some((arg) => arg === '-V' || arg === '--version'))
    return printed(`Python ${software(model).python ?? '3.10.12'}\n`);
  const [option, program = '', folder = ''] = args;
  if (option === '-c' && program.includes('tempfile.TemporaryFile(dir=sys.argv[1])'))
    return printed(lines(writingTo(model, folder, uid)));
  return failed(1, 'python3: not emulated\n');
};

/** What comes of a file that is written there and read again. */
function writingTo(model: NodeModel, folder: string, uid: number): string {
  const found = mountOf(mountedFileSystems(model), folder);
  if (found === undefined) return 'No such file or directory';
  const { fileSystem, source, options, sizeBytes, usedBytes } = found;
  const mayWrite =
    fileSystem !== 'ceph' || model.profile.cephNearby?.writers.includes(source.replace(/@.*/, '')) === true;
  if (uid !== 0 || !mayWrite || /^ro\b/.test(options)) return 'read-only';
  return usedBytes < sizeBytes ? 'yes' : 'No space left on device';
}

export const apt: Tool = (model, args) => {
  if (args[0] !== 'list') return failed(100, `E: Invalid operation ${args[0] ?? ''}\n`);
  const rows = (software(model).upgradable ?? []).map(
    ([name, from, to]) => `${name}/${model.profile.osCodename}-updates ${to} amd64 [upgradable from: ${from}]`,
  );
  return {
    stdout: lines('Listing...', ...rows),
    stderr: '\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n',
    exitCode: 0,
  };
};

export const needsRestarting: Tool = (model) => {
  const waiting = software(model).rebootPackages ?? [];
  return waiting.length === 0
    ? printed(
        lines('No core libraries or services have been updated since boot-up.', 'Reboot should not be necessary.'),
      )
    : {
        stdout: lines(
          'Core libraries or services have been updated since boot-up:',
          ...waiting.map((name) => `  * ${name}`),
          '',
          'Reboot is required to fully utilize these updates.',
        ),
        stderr: '',
        exitCode: 1,
      };
};

export const containerd: Tool = (model) =>
  printed(`containerd containerd.io ${software(model).containerdVersion} 88bf19b2105c8b17560993bee28a01ddc2f97182\n`);

export const podman: Tool = (model, args) => {
  const { version, containers } = software(model).podman ?? { version: '5.2.2', containers: [] };
  if (args.includes('--version')) return printed(`podman version ${version}\n`);
  if (!args.includes('ps')) return failed(125, 'Error: not emulated\n');
  const rows = containers.map(({ name, image, command, port, hostPort }, index) => ({
    Id: (model.machineId + model.machineId).slice(index + 3, index + 67),
    Image: image,
    ImageID: (model.machineId + model.machineId).slice(0, 64),
    Names: [name],
    State: 'running',
    Command: command.split(' '),
    Ports: [{ host_ip: '', container_port: port, host_port: hostPort, range: 1, protocol: 'tcp' }],
  }));
  return printed(`${JSON.stringify(rows, null, 2)}\n`);
};

export const fabricManager: Tool = (model) =>
  printed(`Fabric Manager version is : ${software(model).fabricManagerVersion}\n`);

export const slurmd: Tool = (model) => printed(`slurm ${software(model).slurm?.version}\n`);

/** `scontrol --oneliner show node NAME`: busy as far as processes of the model use GPUs. */
export const scontrol: Tool = (model, args, { uid }) => {
  const { slurm } = software(model);
  const { cpu, memoryTotalMib } = model.profile;
  const state =
    args[0] === 'update'
      ? args
          .find((arg) => /^state=/i.test(arg))
          ?.slice(6)
          .toLowerCase()
      : undefined;
  if (slurm && state !== undefined) {
    if (uid !== 0) return failed(1, 'slurm_update error: Invalid user id\n');
    if (state === 'resume') clearFault(model, 'node-drained');
    else injectFault(model, 'node-drained', { reason: args.find((arg) => /^reason=/i.test(arg))?.slice(7) });
    return printed('');
  }
  const drained = model.fault('node-drained');
  if (!slurm) return failed(1, 'slurm_load_node error: Unable to contact slurm controller (connect failure)\n');
  const total = cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore;
  const used = new Set([...model.processes.values()].flatMap(({ gpus }) => gpus.map(({ gpuIndex }) => gpuIndex))).size;
  const fields = [
    `NodeName=${model.name} Arch=x86_64 CoresPerSocket=${cpu.coresPerSocket}`,
    `CPUAlloc=${Math.min(total, used * 8)} CPUEfctv=${total} CPUTot=${total} CPULoad=18.41`,
    `Gres=${slurm.gres ?? '(null)'} NodeAddr=${model.name} NodeHostName=${model.name} Version=${slurm.version}`,
    `OS=Linux ${model.profile.kernelRelease} RealMemory=${memoryTotalMib} AllocMem=0`,
    `State=${used > 0 ? 'MIXED' : 'IDLE'}${drained ? '+DRAIN' : ''} ThreadsPerCore=${cpu.threadsPerCore} TmpDisk=0 Weight=1 Owner=N/A`,
    `Partitions=${slurm.partitions.join(',')} AllocTRES=cpu=${used * 8},gres/gpu=${used}`,
    ...(drained ? [`Reason=${drained.reason ?? 'check of the storage'} [root@2026-01-13T06:00:00]`] : []),
  ];
  return printed(`${fields.join(' ')}\n`);
};

export const kubelet: Tool = (model) => printed(`Kubernetes v${software(model).kubeletVersion}\n`);
